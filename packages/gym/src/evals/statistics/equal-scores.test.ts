import { describe, expect, it } from 'vitest'
import { arePassesAndFails, intervalOfEquals, shareAlike, sharedMean, unitsToShow } from './equal-scores.js'

describe('sharedMean', () => {
  it('is the mean that all groups have, whatever their sizes and up to rounding', () => {
    expect(sharedMean([[1], [1, 1], [0, 2]])).toBe(1)
    expect(sharedMean([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2]])).toBeCloseTo(0.2, 12)
    expect(sharedMean([[-0], [0]])).toBeCloseTo(0)
  })

  it('is null where they differ, by however little of what is measured', () => {
    expect(sharedMean([[1], [1], [1 + 1e-9]])).toBeNull()
    expect(sharedMean([[0], [1e-300]])).toBeNull()
    expect(sharedMean([])).toBeNull()
  })
})

describe('shareAlike', () => {
  it('is the share at which n of n alike has the chance that the confidence leaves to one side', () => {
    for (const n of [1, 2, 10, 72, 1_000]) expect(shareAlike(n, 0.95) ** n).toBeCloseTo(0.025, 12)
    // Rule of three for two sides: ln(40) / n.
    expect(1 - shareAlike(1_000, 0.95)).toBeCloseTo(Math.log(40) / 1_000, 4)
  })

  it('says how many are needed for a share', () => {
    expect(unitsToShow(0.95, 0.95)).toBe(72)
    expect(shareAlike(72, 0.95)).toBeGreaterThanOrEqual(0.95)
    expect(shareAlike(71, 0.95)).toBeLessThan(0.95)
  })
})

describe('intervalOfEquals', () => {
  it('puts the others at one end of the range, and never leaves it', () => {
    const options = { n: 10, confidence: 0.95 }
    const alike = shareAlike(10, 0.95)
    expect(intervalOfEquals(1, [0, 1], options)).toEqual([alike, 1])
    expect(intervalOfEquals(0, [0, 1], options)).toEqual([0, 1 - alike])
    expect(intervalOfEquals(3, [1, 5], options)).toEqual([1 + 2 * alike, 5 - 2 * alike])
  })
})

it('knows passes and fails from other scores', () => {
  expect(arePassesAndFails([0, 1, 1])).toBe(true)
  expect(arePassesAndFails([0, 0.5])).toBe(false)
  expect(arePassesAndFails([-1, 0])).toBe(false)
})
