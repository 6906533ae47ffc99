import { describe, expect, it } from 'vitest'
import { deriveSeed, seededRandom } from '../../random/seeded-random.js'
import { morePairsNeeded, pairedComparison, verdictOf } from './paired-comparison.js'

const pairs = (count: number, effect: number, seed: number) => {
  const random = seededRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const prompts = Array.from({ length: count }, () => 3 * normal())
  return {
    first: prompts.map((prompt) => prompt + normal()),
    second: prompts.map((prompt) => prompt + effect + normal()),
  }
}

const compare = (count: number, effect: number, seed: number) => {
  const { first, second } = pairs(count, effect, seed)
  return pairedComparison(first, second, { seed })
}

describe('pairedComparison', () => {
  it('finds a difference that the spread between prompts would hide', () => {
    const comparison = compare(50, 1, 1)
    expect(comparison.difference).toBeGreaterThan(0.5)
    expect(comparison.ci[0]).toBeGreaterThan(0)
    expect(comparison.p).toBeLessThan(0.01)
    expect(verdictOf(comparison)).toBe('better')
  })

  it('turns around when the two change places', () => {
    const { first, second } = pairs(40, 1, 2)
    const back = pairedComparison(second, first, { seed: 2 })
    expect(verdictOf(back)).toBe('worse')
    expect(back.difference).toBeCloseTo(-pairedComparison(first, second, { seed: 2 }).difference, 12)
  })

  it('shows nothing between a series and itself', () => {
    const same = pairedComparison([1, 2, 3], [1, 2, 3], { seed: 1 })
    expect(same).toMatchObject({ difference: 0, ci: [0, 0], p: 1, n: 3, spread: 0 })
    expect(verdictOf(same)).toBe('not shown')
    expect(morePairsNeeded(same)).toBeNull()
  })

  it('bounds equal differences of passes and fails exactly, and those of other scores not at all', () => {
    const [fails, passes] = [Array<number>(6).fill(0), Array<number>(6).fill(1)]
    const six = pairedComparison(fails, passes, { seed: 1 })
    expect(six).toMatchObject({ difference: 1, ci: [expect.closeTo(2 * 0.025 ** (1 / 6) - 1, 12), 1], p: 2 / 64 })
    expect(verdictOf(six)).toBe('better')
    const five = pairedComparison(fails.slice(1), passes.slice(1), { seed: 1 })
    expect(five.ci[0]).toBeLessThan(0)
    const same = pairedComparison(passes, passes, { seed: 1 })
    expect(same.ci).toEqual([expect.closeTo(-0.4593, 4), expect.closeTo(0.4593, 4)])
    expect(pairedComparison([0, 0, 0], [2, 2, 2], { seed: 1 }).ci).toEqual([2, 2])
  })

  it('calls equals different in at most about 5 % of the cases', () => {
    let shown = 0
    for (let run = 0; run < 300; run += 1) {
      if (verdictOf(compare(12, 0, deriveSeed(5, run))) !== 'not shown') shown += 1
    }
    // Binomial(300, 0.05): 15 expected, standard deviation 3.8.
    expect(shown).toBeLessThan(15 + 3 * 3.8)
    expect(shown).toBeGreaterThan(3)
  })

  it('refuses series that are not pairs', () => {
    expect(() => pairedComparison([1], [1, 2], { seed: 1 })).toThrow(RangeError)
    expect(() => pairedComparison([], [], { seed: 1 })).toThrow(RangeError)
  })
})

describe('verdictOf', () => {
  it('needs the test and the interval to agree', () => {
    expect(verdictOf({ ci: [0.1, 0.4], p: 0.06 })).toBe('not shown')
    expect(verdictOf({ ci: [-0.01, 0.4], p: 0.04 })).toBe('not shown')
    expect(verdictOf({ ci: [0.1, 0.4], p: 0.04 })).toBe('better')
    expect(verdictOf({ ci: [-0.4, -0.1], p: 0.04 })).toBe('worse')
  })
})

describe('morePairsNeeded', () => {
  it('asks for as many as show the difference four times in five', () => {
    const needed = 10 + (morePairsNeeded({ difference: 0.5, spread: 1.4, n: 10, ci: [-1, 2], p: 0.3 }) ?? 0)
    // ((1.96 + 0.8416) * 2.8)^2 = 61.5
    expect(needed).toBe(62)
    let shown = 0
    for (let run = 0; run < 100; run += 1) {
      if (verdictOf(compare(needed, 0.5, deriveSeed(6, run))) === 'better') shown += 1
    }
    // The spread of these differences is 1.414: 80 % of 100, standard deviation 4.
    expect(Math.abs(shown - 80)).toBeLessThan(4 * 4)
  })

  it('says nothing from a single pair, which tells nothing of the spread', () => {
    const one = pairedComparison([0], [1], { seed: 1 })
    expect(one).toMatchObject({ difference: 1, p: 1, n: 1, spread: null })
    expect(one.ci).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    expect(morePairsNeeded(one)).toBeNull()
  })

  it('knows that five pairs cannot show anything, and gives up on what a million would not show', () => {
    const clear = pairedComparison([0, 0, 0, 0, 0], [1, 1.1, 0.9, 1, 1.2], { seed: 1 })
    expect(clear.p).toBe(2 / 32)
    expect(morePairsNeeded(clear)).toBe(1)
    expect(morePairsNeeded({ difference: 1e-6, spread: 1, n: 100, ci: [-1, 1], p: 1 })).toBeNull()
  })
})
