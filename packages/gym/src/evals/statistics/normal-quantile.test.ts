import { cumulativeStdNormalProbability, probit } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { normalQuantile } from './normal-quantile.js'

describe('normalQuantile', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.8, 0.8416212335729143],
    [0.999, 3.090232306167813],
    [1e-6, -4.753424308822899],
  ])('of %d is %d', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 7)
  })

  it('agrees with simple-statistics as closely as its approximation allows', () => {
    for (let p = 0.01; p < 1; p += 0.01) {
      expect(Math.abs(normalQuantile(p) - probit(p))).toBeLessThan(6e-3)
      expect(cumulativeStdNormalProbability(normalQuantile(p))).toBeCloseTo(p, 2)
    }
  })

  it('refuses what is no probability', () => {
    for (const p of [0, 1, -1, Number.NaN]) expect(() => normalQuantile(p)).toThrow(RangeError)
  })
})
