import { describe, expect, it } from 'vitest'
import { resample, sparkline } from './sparkline.js'

describe('sparkline', () => {
  it('draws a rising series from the lowest to the highest block', () => {
    expect(sparkline([-3, -2.5, -2, -1.5, -1])).toBe('▁▃▅▆█')
  })

  it('draws a constant series at half height and an empty one as nothing', () => {
    expect(sparkline([2, 2, 2])).toBe('▄▄▄')
    expect(sparkline([])).toBe('')
  })

  it('leaves a gap for a value that is not finite', () => {
    expect(sparkline([0, Number.NaN, 1])).toBe('▁ █')
    expect(sparkline([Number.NaN])).toBe(' ')
  })

  it('averages a series longer than its width', () => {
    expect(resample([1, 3, 5, 7], 2)).toEqual([2, 6])
    expect(sparkline([0, 0, 1, 1, 2, 2], { width: 3 })).toBe('▁▅█')
  })

  it('clamps values beyond a given scale', () => {
    expect(sparkline([-9, 0, 9], { min: -1, max: 1 })).toBe('▁▅█')
  })
})
