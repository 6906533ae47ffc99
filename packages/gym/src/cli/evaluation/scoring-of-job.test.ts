import { describe, expect, it } from 'vitest'
import { exactMatch as exactMatchWith } from '../../scorers/exact-match.js'
import type { Reward } from '../../trip.js'
import { gatesOfJob } from './scoring-of-job.js'

const exactMatch = exactMatchWith()
const gate = { min: 0.5 }

/** Gates of a config with these scorers of its own, under `--reward exact-match`. */
function flagged(configuredScorers: Record<string, Reward>, own: object) {
  return gatesOfJob({ configuredScorers, reward: exactMatch, eval: own }, { reward: 'exact-match' })
}

describe('the gates of a job whose scorer a flag names', () => {
  it('are those of the same function and of the same name, the mean as the others', () => {
    const all = { requireMean: 0.5, leftOut: [], notice: null, gate: { exactMatch: gate } }
    expect(flagged({ exact: exactMatch }, { gate: { exact: gate }, requireMean: 0.5 })).toEqual(all)
    expect(flagged({ exactMatch: () => 1 }, { gate: { exactMatch: gate }, requireMean: 0.5 })).toEqual(all)
    expect(flagged({}, { gate: { exactMatch: gate }, requireMean: 0.5 })).toEqual(all)
  })

  it('leave out those of other scorers, and the mean where the main scorer is another', () => {
    const scorers = { length: () => 1, exact: exactMatch }
    expect(flagged(scorers, { gate: { length: gate, exact: gate }, requireMean: 3 })).toMatchObject({
      gate: { exactMatch: gate },
      requireMean: undefined,
      leftOut: ['length', 'requireMean'],
      notice: expect.stringContaining('do not apply: length, requireMean'),
    })
    expect(() => flagged(scorers, { gate: { lenght: gate } })).toThrow('has no scorer "lenght"; did you mean "length"?')
  })
})
