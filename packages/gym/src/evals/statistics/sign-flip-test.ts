import { seededRandom } from '../../random/seeded-random.js'

export interface SignFlipOptions {
  /** Seed of the Monte Carlo draws. */
  readonly seed: number
  /** Draws when there are too many sign patterns to go through. Default 20,000: the smallest p is then 0.00005. */
  readonly draws?: number
}

/** Sign patterns up to which all are counted. */
const exactUpTo = 14

/**
 * Tests whether paired differences centre on zero: if they did, each could as well have had the other sign.
 *
 * Returns the two-sided p: the share of sign patterns whose sum is at least as far from zero as the observed one (Fisher's
 * permutation test for pairs). All patterns are counted for up to 14 differences other than zero; beyond, seeded random
 * ones, with one added to both counts so that p is never 0 (Phipson and Smyth 2010).
 */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions): number {
  const { seed, draws = 20_000 } = options
  const moving = differences.filter((difference) => difference !== 0)
  const observed = Math.abs(moving.reduce((sum, difference) => sum + difference, 0))
  // Sums of the same numbers in another order differ in their last bits, and must count as equal.
  const tolerance = 1e-12 * moving.reduce((sum, difference) => sum + Math.abs(difference), 0)
  const threshold = observed - tolerance
  if (moving.length <= exactUpTo) return shareOfAllPatterns(moving, threshold)
  const extreme = countRandomPatterns(moving, threshold, seed, draws)
  return (extreme + 1) / (draws + 1)
}

function shareOfAllPatterns(differences: readonly number[], threshold: number): number {
  const patterns = 2 ** differences.length
  let extreme = 0
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    let sum = 0
    for (const [bit, difference] of differences.entries()) sum += (pattern >> bit) & 1 ? difference : -difference
    if (Math.abs(sum) >= threshold) extreme += 1
  }
  return extreme / patterns
}

function countRandomPatterns(differences: readonly number[], threshold: number, seed: number, draws: number): number {
  const random = seededRandom(seed)
  const values = Float64Array.from(differences)
  let extreme = 0
  for (let draw = 0; draw < draws; draw += 1) {
    let sum = 0
    let bits = 0
    for (let i = 0; i < values.length; i += 1) {
      if (i % 32 === 0) bits = random.uint32()
      const value = values[i] ?? 0
      sum += bits & 1 ? value : -value
      bits >>>= 1
    }
    if (Math.abs(sum) >= threshold) extreme += 1
  }
  return extreme
}
