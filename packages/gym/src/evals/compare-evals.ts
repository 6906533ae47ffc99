import { GymError } from '../errors.js'
import { deriveSeed } from '../random/seeded-random.js'
import { comparisonSentence } from './comparison-sentence.js'
import { distinctLabels } from './distinct-labels.js'
import type { EvalResult } from './eval-result.js'
import { holm } from './statistics/holm.js'
import {
  morePairsNeeded,
  type PairedComparison,
  pairedComparison,
  type Verdict,
  verdictOf,
} from './statistics/paired-comparison.js'
import { groupScores } from './summarise-scores.js'

/** What two evaluations say about each other, prompt by prompt. */
export interface Comparison {
  /** Name of the first evaluation, with its model or id where names repeat. */
  readonly a: string
  readonly b: string
  readonly aEvalId: string
  readonly bEvalId: string
  /** Mean over prompts of b's score minus a's. */
  readonly difference: number
  /** 95 % interval of the difference, of this pair alone. */
  readonly ci: readonly [low: number, high: number]
  /** Two-sided p of the sign-flip test; after Holm's correction when there are several comparisons. */
  readonly p: number
  /** The same before the correction. */
  readonly unadjustedP: number
  /** What b is against a, at 5 %. */
  readonly verdict: Verdict
  /** Prompts scored in both. */
  readonly nPrompts: number
  /** Prompts scored in one of them only, and so left out. */
  readonly unpaired: number
  /**
   * About how many more prompts would show a difference of this size, four times in five; null when it is shown already,
   * when none was seen, or beyond a million.
   */
  readonly moreNeeded: number | null
  /** The verdict in words, with its evidence. */
  readonly sentence: string
}

/** What of an evaluation's result is compared. */
export type Comparable = Pick<EvalResult, 'evalId' | 'name' | 'model' | 'rows' | 'seed'>

/**
 * Compares two evaluations, prompt by prompt, or more than two, pair by pair in order. Prompts are paired by their messages;
 * several samples of a prompt count as their mean. Throws GymError 'data' when no prompt was scored in both.
 *
 * @example
 * const { verdict, sentence } = compareEvals(base, trained)
 */
export function compareEvals(a: Comparable, b: Comparable): Comparison
export function compareEvals(a: Comparable, b: Comparable, c: Comparable, ...more: readonly Comparable[]): Comparison[]
export function compareEvals(a: Comparable, b: Comparable, ...more: readonly Comparable[]): Comparison | Comparison[] {
  const comparisons = compareAllEvals([a, b, ...more])
  return more.length === 0 ? (comparisons[0] as Comparison) : comparisons
}

/** Compares each evaluation with each later one; with three: first-second, first-third, second-third. */
export function compareAllEvals(evals: readonly Comparable[]): Comparison[] {
  const labels = distinctLabels(evals)
  const pairs = evals.flatMap((a, i) =>
    evals.slice(i + 1).map((b, j) => comparePair(a, b, labels[i], labels[i + 1 + j])),
  )
  const adjusted = holm(pairs.map(({ paired }) => paired.p))
  return pairs.map(({ paired, ...pair }, index) => {
    const p = adjusted[index] ?? paired.p
    const verdict = verdictOf({ ci: paired.ci, p })
    const moreNeeded = verdict === 'not shown' ? morePairsNeeded(paired, 0.05 / pairs.length) : null
    const { difference, ci, n: nPrompts, p: unadjustedP } = paired
    const facts = { ...pair, difference, ci, p, unadjustedP, verdict, nPrompts, moreNeeded }
    return { ...facts, sentence: comparisonSentence(facts, pairs.length) }
  })
}

type Pair = Pick<Comparison, 'a' | 'b' | 'aEvalId' | 'bEvalId' | 'unpaired'> & { readonly paired: PairedComparison }

function comparePair(a: Comparable, b: Comparable, aLabel = a.name, bLabel = b.name): Pair {
  const first = groupScores(a.rows)
  const second = groupScores(b.rows)
  const common = [...first.keys()].filter((key) => second.has(key))
  if (common.length === 0) {
    throw new GymError(
      'data',
      'no-common-prompts',
      `"${aLabel}" (${first.size} prompts) and "${bLabel}" (${second.size} prompts) have no scored prompt in common; evaluate both on the same dataset with the same prompt`,
    )
  }
  const means = (groups: ReadonlyMap<string, readonly number[]>) => common.map((key) => mean(groups.get(key) ?? []))
  const paired = pairedComparison(means(first), means(second), { seed: deriveSeed(a.seed, 'comparison', b.seed) })
  const unpaired = first.size + second.size - 2 * common.length
  return { a: aLabel, b: bLabel, aEvalId: a.evalId, bEvalId: b.evalId, unpaired, paired }
}

function mean(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}
