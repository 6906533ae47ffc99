import { GymError } from '../errors.js'
import { deriveSeed } from '../random/seeded-random.js'
import { comparisonSentence } from './comparison-sentence.js'
import { distinctLabels } from './distinct-labels.js'
import type { EvalResult } from './eval-result.js'
import { rescoreFlag } from './rescore-flag.js'
import { shownScorer } from './result-by-scorer.js'
import { isNameless } from './scorers.js'
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
  /** 95 % interval of the difference, of this pair alone; infinite for one prompt, and no evidence where it has no width. */
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
   * when none was seen, for a single prompt, or beyond a million.
   */
  readonly moreNeeded: number | null
  /** Scorers of a and b where their names differ and one is `reward` of a training run, which may be the other. */
  readonly scorers?: readonly [a: string, b: string]
  /** The verdict in words, with its evidence. */
  readonly sentence: string
}

/** What of an evaluation's result is compared; where it says by which scorer, only with one of the same. */
export type Comparable = Pick<EvalResult, 'evalId' | 'name' | 'model' | 'rows' | 'seed'> &
  Partial<Pick<EvalResult, 'scorer' | 'scorers' | 'trainingRunId'>>

/**
 * Compares two evaluations, prompt by prompt, or more than two, pair by pair in order. Prompts are paired by their messages;
 * several samples of a prompt count as their mean. Throws GymError 'data' when no prompt was scored in both, 'config' when
 * they were scored by different scorers.
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

/**
 * Finds the scorers of two evaluations where their names differ but may mean the same, one being the reward of a training
 * run, whose name is not kept; undefined where the names are the same or unknown. Throws GymError 'config' where they are
 * two: a difference of unlike points is none.
 */
export function differingScorers(
  a: Comparable,
  b: Comparable,
  { aLabel = a.name, bLabel = b.name }: { readonly aLabel?: string; readonly bLabel?: string } = {},
): readonly [a: string, b: string] | undefined {
  const [first, second] = [shownScorer(a), shownScorer(b)]
  if (first === undefined || second === undefined || first === second) return undefined
  if (mayBe(a, first, second) || mayBe(b, second, first)) return [first, second]
  const others = b.scorers?.map(({ name }) => name) ?? []
  const common = a.scorers?.find(({ name, mean }) => mean !== null && others.includes(name))?.name
  // A function without a name is not to be found again by it, and an evalFn cannot score what is stored.
  const [rescored, scorer] = isNameless(first) ? [a, second] : [b, first]
  const next =
    common === undefined
      ? `score the responses of one as those of the other: training-gym rescore ${rescored.evalId} ${rescoreFlag(scorer)}`
      : `compare by a scorer of both: training-gym compare ${a.evalId} ${b.evalId} --scorer ${common}`
  const message = `"${aLabel}" was scored by "${first}" and "${bLabel}" by "${second}", whose points are not the same; ${next}`
  throw new GymError('config', 'different-scorers', message)
}

/** Tells whether a training run's scorer may be the other: the run knows no name of it, and it scores responses. */
function mayBe({ trainingRunId }: Comparable, scorer: string, other: string): boolean {
  return trainingRunId !== undefined && scorer === 'reward' && !isNameless(other)
}

type Pair = Pick<Comparison, 'a' | 'b' | 'aEvalId' | 'bEvalId' | 'unpaired' | 'scorers'> & {
  readonly paired: PairedComparison
}

function comparePair(a: Comparable, b: Comparable, aLabel = a.name, bLabel = b.name): Pair {
  const scorers = differingScorers(a, b, { aLabel, bLabel })
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
  const pair = { a: aLabel, b: bLabel, aEvalId: a.evalId, bEvalId: b.evalId, unpaired, paired }
  return scorers === undefined ? pair : { ...pair, scorers }
}

function mean(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}
