import { permutationTest } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../random/seeded-random.js'
import { signFlipTest } from './sign-flip-test.js'

const normals = (count: number, seed: number, mean = 0) => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
    return mean + radius * Math.cos(2 * Math.PI * random.next())
  })
}

describe('signFlipTest', () => {
  it('counts all patterns of few differences', () => {
    // 1 + 2 + 3: of 8 patterns only +++ and --- reach 6.
    expect(signFlipTest([1, 2, 3], { seed: 1 })).toBe(2 / 8)
    // Sum 2: +3-2+1, +3+2-1 ..., |sum| >= 2 in 6 of 8.
    expect(signFlipTest([1, -2, 3], { seed: 1 })).toBe(6 / 8)
    expect(signFlipTest([0.1, 0.2, 0.3, 0.1], { seed: 1 })).toBe(2 / 16)
  })

  it('says 1 when nothing differs, and is not moved by pairs that do not', () => {
    expect(signFlipTest([0, 0, 0], { seed: 1 })).toBe(1)
    expect(signFlipTest([5], { seed: 1 })).toBe(1)
    expect(signFlipTest([1, 2, 3, ...new Array<number>(500).fill(0)], { seed: 1 })).toBe(2 / 8)
  })

  it('agrees between counting and drawing', () => {
    const differences = normals(14, 3, 0.4)
    const exact = signFlipTest(differences, { seed: 1 })
    // A fifteenth difference too small to matter pushes it over to drawing.
    const drawn = signFlipTest([...differences, 1e-9], { seed: 1, draws: 40_000 })
    expect(exact).toBeGreaterThan(0.01)
    expect(Math.abs(drawn - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 40_000) + 1 / 40_000)
  })

  it('is the same for the same seed and never 0', () => {
    const differences = normals(100, 4, 3)
    expect(signFlipTest(differences, { seed: 9 })).toBe(1 / 20_001)
    const weak = normals(60, 5, 0.2)
    expect(signFlipTest(weak, { seed: 9 })).toBe(signFlipTest(weak, { seed: 9 }))
  })

  it('agrees with a permutation of two samples from simple-statistics where pairing says nothing', () => {
    const first = normals(60, 6)
    const second = normals(60, 7, 0.35)
    const random = seededRandom(8)
    const unpaired = permutationTest(first, second, 'two_side', 10_000, random.next)
    const paired = signFlipTest(
      second.map((value, index) => value - first[index]!),
      { seed: 8 },
    )
    expect(unpaired).toBeGreaterThan(0.005)
    // The two tests see the same effect; with independent pairs their p differ only by the chance of the pairing.
    expect(Math.abs(Math.log(paired / unpaired))).toBeLessThan(Math.log(4))
  })

  it('calls equals different in about 5 % of the cases', () => {
    let below = 0
    for (let run = 0; run < 1_000; run += 1) {
      if (signFlipTest(normals(20, 1_000 + run), { seed: run, draws: 999 }) < 0.05) below += 1
    }
    // Binomial(1000, 0.05): standard deviation 6.9.
    expect(Math.abs(below - 50)).toBeLessThan(4 * 6.9)
  })
})
