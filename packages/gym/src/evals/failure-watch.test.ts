import { describe, expect, it } from 'vitest'
import type { EvalRowRecord } from '../store/records.js'
import { watchFirstRows } from './failure-watch.js'

const row = (boundary: 'provider' | 'reward' | null, message = 'it broke'): EvalRowRecord => ({
  rowIndex: 0,
  sampleIndex: 0,
  promptKey: 'k',
  prompt: 'old pond',
  response: '',
  score: boundary === null ? 1 : null,
  metadata: {},
  finishReason: null,
  tokens: null,
  failure: boundary === null ? null : { boundary, message },
})

describe('watchFirstRows', () => {
  it('ends when each of the first rows failed by one boundary, naming the failure of the first row', () => {
    const watch = watchFirstRows('base', 3)
    expect(watch(2, [row('reward', 'third')])).toBeUndefined()
    expect(watch(0, [row('reward', 'first')])).toBeUndefined()
    expect(watch(1, [row('reward', 'second')])).toMatchObject({
      boundary: 'reward',
      code: 'every-row-failed',
      message: 'evaluation "base" was ended: all of the first 3 rows failed, the first with: first',
    })
  })

  it('goes on when one sample of one row came through, when boundaries differ, and over later rows', () => {
    const oneGood = watchFirstRows('base', 2)
    oneGood(0, [row('reward'), row(null)])
    expect(oneGood(1, [row('reward')])).toBeUndefined()

    const mixed = watchFirstRows('base', 2)
    mixed(0, [row('reward')])
    expect(mixed(1, [row('provider')])).toBeUndefined()

    const later = watchFirstRows('base', 2)
    later(0, [row('provider')])
    expect(later(2, [row('provider')])).toBeUndefined()
    expect(later(1, [row('provider')])).toBeDefined()
  })
})
