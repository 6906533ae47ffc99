import { deriveSeed } from '../../random/seeded-random.js'
import { bootstrapInterval } from './bootstrap-interval.js'
import { arePassesAndFails } from './equal-scores.js'
import { normalQuantile } from './normal-quantile.js'
import { signFlipTest } from './sign-flip-test.js'

/** `better` and `worse` say what the second is against the first. */
export type Verdict = 'better' | 'worse' | 'not shown'

export interface PairedComparison {
  /** Mean of the differences, second minus first. */
  readonly difference: number
  /** 95 % interval of the difference; of no width where all differences are equal and the scores no passes and fails. */
  readonly ci: readonly [low: number, high: number]
  /** Two-sided p of the sign-flip test. */
  readonly p: number
  /** Pairs compared. */
  readonly n: number
  /** Standard deviation of the differences; null for a single one. */
  readonly spread: number | null
}

/**
 * Compares two paired series, one value a pair: bootstrap-t interval of the mean difference and sign-flip test. Where all
 * pairs of passes and fails differ by the same, the interval is the exact one.
 */
export function pairedComparison(
  first: readonly number[],
  second: readonly number[],
  { seed }: { readonly seed: number },
): PairedComparison {
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(`pairedComparison needs two equally long series, got ${first.length} and ${second.length}`)
  }
  const differences = second.map((value, index) => value - (first[index] ?? 0))
  const groups = differences.map((difference) => [difference])
  // Of passes and fails one can have all and the other none, or the other way round.
  const range = arePassesAndFails(first) && arePassesAndFails(second) ? ([-1, 1] as const) : 'unknown'
  const { mean: difference, ci } = bootstrapInterval(groups, { seed: deriveSeed(seed, 'interval'), range })
  const p = signFlipTest(differences, { seed: deriveSeed(seed, 'sign-flip') })
  const n = differences.length
  const squares = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0)
  return { difference, ci, p, n, spread: n > 1 ? Math.sqrt(squares / (n - 1)) : null }
}

/** Says what a comparison shows; the test and the interval must agree, so that no report contradicts itself. */
export function verdictOf({ ci: [low, high], p }: Pick<PairedComparison, 'ci' | 'p'>, alpha = 0.05): Verdict {
  if (p >= alpha || (low <= 0 && high >= 0)) return 'not shown'
  return low > 0 ? 'better' : 'worse'
}

/**
 * Estimates how many more pairs would show a difference of the size observed, four times in five (power 0.8, normal
 * approximation). Null when no difference was observed, when a single pair tells nothing of the spread, or when it would
 * take more than a million pairs.
 */
export function morePairsNeeded(comparison: PairedComparison, alpha = 0.05): number | null {
  const { difference, spread, n } = comparison
  if (difference === 0 || spread === null) return null
  const standardised = (normalQuantile(1 - alpha / 2) + normalQuantile(0.8)) * (spread / difference)
  const needed = Math.max(Math.ceil(standardised ** 2), fewestPairs(alpha), n + 1)
  return needed > 1_000_000 ? null : needed - n
}

/** Counts the pairs below which no difference can be shown: even n that all point one way give a p of 2 / 2^n. */
export function fewestPairs(alpha = 0.05): number {
  return Math.floor(1 + Math.log2(1 / alpha)) + 1
}
