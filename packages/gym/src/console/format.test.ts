import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatNumber, formatP, formatSeconds, formatShare, formatSigned } from './format.js'

describe('formatting of figures', () => {
  it('keeps three significant digits and bounds the width at both ends', () => {
    expect(
      [-2.484, 0.04123, 12.34, 999.6, 12_345.6, 0.00999, 0.00123, 1.23e-5, 123_456_789, 0].map(formatNumber),
    ).toEqual(['-2.48', '0.0412', '12.3', '1,000', '12,346', '0.00999', '1.2e-3', '1.2e-5', '1.2e+8', '0'])
  })

  it('shows what is missing or not finite as a dash, never as NaN', () => {
    const formats = [formatNumber, formatSigned, formatCount, formatShare, formatSeconds, formatBytes]
    for (const format of formats) {
      expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map(format)).toEqual(['–', '–', '–', '–'])
    }
  })

  it('always shows the sign of a difference', () => {
    expect([0.667, -0.12, 0].map(formatSigned)).toEqual(['+0.667', '-0.120', '0'])
  })

  it('never rounds an incomplete share up to all or down to none', () => {
    expect([0, 0.0004, 0.041, 0.0996, 0.755, 0.9996, 1].map(formatShare)).toEqual([
      '0%',
      '<0.1%',
      '4.1%',
      '10%',
      '76%',
      '99.9%',
      '100%',
    ])
  })

  it('chooses the unit of time by size and carries over when rounding', () => {
    expect([0.4211, 0.996, 12.34, 59.96, 125, 3599.6, 3780].map(formatSeconds)).toEqual([
      '0.42 s',
      '1.0 s',
      '12.3 s',
      '1 min 00 s',
      '2 min 05 s',
      '1 h 00 min',
      '1 h 03 min',
    ])
  })

  it('chooses the unit of bytes by size and carries over when rounding', () => {
    expect([512, 999_700, 14_800_000, 1.5e9].map(formatBytes)).toEqual(['512 B', '1.00 MB', '14.8 MB', '1.50 GB'])
  })

  it('states a very small p as a bound', () => {
    expect([0.0004, 0.0123, 1].map(formatP)).toEqual(['p < 0.001', 'p = 0.012', 'p = 1.000'])
  })
})
