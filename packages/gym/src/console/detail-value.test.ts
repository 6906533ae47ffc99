import { describe, expect, it } from 'vitest'
import { formatDetail } from './detail-value.js'

const rows = (...values: readonly unknown[]) => values.map((value) => ({ metadata: { exact: value, noZ: value } }))

describe('the mean of a detail', () => {
  it('is a share where the detail was a boolean in all rows that have it, whatever its name', () => {
    const booleans = [...rows(true, false, null), { metadata: {} }]
    expect([formatDetail('noZ', 0.994, booleans), formatDetail('exact', 0.041, booleans)]).toEqual(['99.4%', '4.1%'])
  })

  it('is a number where it was one in any row', () => {
    expect(formatDetail('exact', 6.7, rows(6, 7.4))).toBe('6.70')
    expect(formatDetail('exact', 0.5, rows(true, 0))).toBe('0.500')
  })

  it('is a share without rows only where the name is that of a bundled reward and the value can be one', () => {
    expect(['exact', 'topic', 'noZ'].map((name) => formatDetail(name, 0.041))).toEqual(['4.1%', '4.1%', '0.0410'])
    expect([formatDetail('exact', 6.7), formatDetail('exact', -0.5)]).toEqual(['6.70', '-0.500'])
    expect([formatDetail('exact', undefined), formatDetail('noZ', undefined)]).toEqual(['–', '–'])
  })
})
