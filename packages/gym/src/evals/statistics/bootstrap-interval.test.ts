import { mean, quantileSorted, sampleWithReplacement } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { deriveSeed, type SeededRandom, seededRandom } from '../../random/seeded-random.js'
import { bootstrapInterval } from './bootstrap-interval.js'

const normal = (random: SeededRandom) =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** Like haiku scores: whole numbers from 0 down with a long tail (rounded lognormal), shifted by the prompt. */
const haikuScore = (random: SeededRandom, prompt = 0) => -Math.floor(Math.exp(0.9 + 0.6 * normal(random) + prompt))

/** Samples one evaluation: a list of scores for each prompt. */
type Evaluation = (random: SeededRandom) => number[][]

const normals: Evaluation = (random) => Array.from({ length: 30 }, () => [normal(random)])
const skewed: Evaluation = (random) => Array.from({ length: 60 }, () => [haikuScore(random)])
const clustered: Evaluation = (random) =>
  Array.from({ length: 40 }, () => {
    const prompt = 0.4 * normal(random)
    return Array.from({ length: 8 }, () => haikuScore(random, prompt))
  })
/** As clustered, but samples that could not be scored leave groups of different sizes. */
const ragged: Evaluation = (random) => clustered(random).map((scores) => scores.slice(0, 1 + random.int(8)))
const passes =
  (prompts: number, rate: number, samples = 1): Evaluation =>
  (random) =>
    Array.from({ length: prompts }, () => Array.from({ length: samples }, () => (random.next() < rate ? 1 : 0)))
const exactShare = passes(60, 0.3)

function trueMean(evaluation: Evaluation): number {
  const random = seededRandom(12_345)
  let sum = 0
  let count = 0
  for (let i = 0; i < 1_500; i += 1) {
    for (const scores of evaluation(random)) {
      for (const score of scores) sum += score
      count += scores.length
    }
  }
  return sum / count
}

function coverage(evaluation: Evaluation, truth: number): number {
  let hits = 0
  for (let run = 0; run < 2_000; run += 1) {
    const groups = evaluation(seededRandom(deriveSeed(99, run)))
    const { ci } = bootstrapInterval(groups, { seed: run, resamples: 300 })
    if (ci[0] <= truth && truth <= ci[1]) hits += 1
  }
  return hits / 2_000
}

describe('bootstrapInterval', () => {
  // 2,000 evaluations leave a standard error of half a point on 95 %.
  it.each([
    ['normal scores of 30 prompts', normals, 0],
    ['skewed scores of 60 prompts', skewed, undefined],
    ['eight samples of each of 40 prompts that differ', clustered, undefined],
    ['unequally many samples of 40 prompts', ragged, undefined],
    ['passes and fails of 60 prompts', exactShare, 0.3],
  ])('covers the true mean in 93 to 97 of 100 evaluations: %s', (_, evaluation, truth) => {
    const covered = coverage(evaluation, truth ?? trueMean(evaluation))
    expect(covered).toBeGreaterThanOrEqual(0.93)
    expect(covered).toBeLessThanOrEqual(0.97)
  })

  // Exact bounds are on the safe side; by the bootstrap alone the first three would be covered in 82, 71 and 70 of 100.
  it.each([
    ['3 % of 60 prompts', passes(60, 0.03), 0.03],
    ['90 % of 12 prompts', passes(12, 0.9), 0.9],
    ['1 % of four samples of 30 prompts', passes(30, 0.01, 4), 0.01],
    ['5 % of 60 prompts', passes(60, 0.05), 0.05],
  ])(
    'covers the true mean where a pass, or a fail, is so rare that often there is none: %s',
    (_, evaluation, truth) => {
      expect(coverage(evaluation, truth)).toBeGreaterThanOrEqual(0.95)
    },
  )

  it('is wider than one that takes samples of a prompt for independent', () => {
    const groups = clustered(seededRandom(4))
    const byPrompt = bootstrapInterval(groups, { seed: 1 }).ci
    const bySample = bootstrapInterval(
      groups.flat().map((score) => [score]),
      { seed: 1 },
    ).ci
    expect(byPrompt[1] - byPrompt[0]).toBeGreaterThan(1.4 * (bySample[1] - bySample[0]))
  })

  it('agrees with a percentile bootstrap made with simple-statistics where both are right', () => {
    const random = seededRandom(5)
    const scores = Array.from({ length: 400 }, () => normal(random))
    const { mean: centre, ci } = bootstrapInterval(
      scores.map((score) => [score]),
      { seed: 2 },
    )
    const means = Array.from({ length: 4_000 }, () => mean(sampleWithReplacement(scores, scores.length, random.next)))
    means.sort((a, b) => a - b)
    expect(centre).toBeCloseTo(mean(scores), 12)
    // The standard error is 0.05; the ends of both move by about 0.002 from seed to seed.
    expect(Math.abs(ci[0] - quantileSorted(means, 0.025))).toBeLessThan(0.01)
    expect(Math.abs(ci[1] - quantileSorted(means, 0.975))).toBeLessThan(0.01)
  })

  it('is the same for the same seed, another for another, and leaves out empty groups', () => {
    const groups = skewed(seededRandom(6))
    const interval = bootstrapInterval(groups, { seed: 1 })
    expect(bootstrapInterval(groups, { seed: 1 })).toEqual(interval)
    expect(bootstrapInterval([[], ...groups, []], { seed: 1 })).toEqual(interval)
    expect(bootstrapInterval(groups, { seed: 2 }).ci).not.toEqual(interval.ci)
  })

  it('claims nothing from one value or equal ones of one prompt, and one prompt speaks for itself', () => {
    const nothing = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    expect(bootstrapInterval([[3]], { seed: 1 })).toEqual({ mean: 3, ci: nothing })
    expect(bootstrapInterval([[1, 1, 1, 1]], { seed: 1 })).toEqual({ mean: 1, ci: nothing })
    const { ci } = bootstrapInterval([[1, 2, 3, 4, 5]], { seed: 1 })
    expect(ci[0]).toBeLessThan(2)
    expect(ci[1]).toBeGreaterThan(4)
    expect(() => bootstrapInterval([[], []], { seed: 1 })).toThrow(RangeError)
  })

  it('stays within the range of scores that have one, rare passes included', () => {
    const rare = Array.from({ length: 20 }, (_, index) => [index === 0 ? 1 : 0])
    const { ci } = bootstrapInterval(rare, { seed: 1 })
    expect(ci[0]).toBeGreaterThanOrEqual(0)
    expect(ci[1]).toBeGreaterThan(0.12)
    expect(ci[1]).toBeLessThan(0.7)
  })

  it('has the exact bound of passes and fails where all prompts are equal, each counted once', () => {
    // 10 of 10: the rate whose tenth power is 0.025.
    const ten = Array.from({ length: 10 }, () => [1])
    expect(bootstrapInterval(ten, { seed: 1 })).toEqual({ mean: 1, ci: [expect.closeTo(0.6915, 4), 1] })
    const fourEach = ten.map(() => [1, 1, 1, 1])
    expect(bootstrapInterval(fourEach, { seed: 1 })).toEqual(bootstrapInterval(ten, { seed: 1 }))
    expect(bootstrapInterval([[0], [0]], { seed: 1 })).toEqual({ mean: 0, ci: [0, expect.closeTo(0.8419, 4)] })
    expect(bootstrapInterval(ten, { seed: 1, confidence: 0.5 }).ci[0]).toBeCloseTo(0.25 ** 0.1, 12)
    const halves = ten.map(() => [0, 1])
    expect(bootstrapInterval(halves, { seed: 1 }).ci).toEqual([expect.closeTo(0.3458, 4), expect.closeTo(0.6542, 4)])
  })

  it('has no width for other equal scores, rounding aside, unless their range is told', () => {
    expect(bootstrapInterval([[2], [2], [2]], { seed: 1 })).toEqual({ mean: 2, ci: [2, 2] })
    const { mean: tenth, ci } = bootstrapInterval([[0.1], [0.1], [0.1]], { seed: 1 })
    expect(ci).toEqual([tenth, tenth])
    expect(bootstrapInterval([[1], [1], [1]], { seed: 1, range: 'unknown' }).ci).toEqual([1, 1])
    const told = bootstrapInterval([[1], [1], [1]], { seed: 1, range: [-1, 1] })
    expect(told.ci).toEqual([expect.closeTo(2 * 0.025 ** (1 / 3) - 1, 12), 1])
  })
})
