import type { EvalRowRecord } from '../store/records.js'
import { numericDetails } from '../trip.js'
import { type AtK, meanAtK, type PassAtK, passAtK } from './statistics/at-k.js'
import { bootstrapInterval } from './statistics/bootstrap-interval.js'

/** Which part of the trip a row failed at. */
export type RowBoundary = NonNullable<EvalRowRecord['failure']>['boundary']

/** What one scorer's scores come to. */
export interface ScoreSummary {
  /** Mean score over the scored responses. */
  readonly mean: number
  /**
   * 95 % interval of the mean, by resampling prompts; exact where all pass or all fail (1 or 0), infinite when a single
   * response was scored or all of a single prompt score the same, of no width, and no evidence, for other equal scores.
   */
  readonly ci: readonly [low: number, high: number]
  /** Responses asked for: rows times samples. */
  readonly total: number
  readonly scored: number
  /** Responses that the scorer could not score. */
  readonly abstained: number
  readonly failed: number
  readonly failuresByBoundary: Readonly<Partial<Record<RowBoundary, number>>>
  /** Means of the numbers and booleans in the metadata, over the responses that have them, abstained ones too. */
  readonly details: Readonly<Record<string, number>>
  /** Mean over rows of the mean score of a row's k samples; with several samples a row. */
  readonly meanAtK?: AtK
  /** Chance that one of k samples of a row scores at least `passThreshold`, for several k; with such a threshold. */
  readonly passAtK?: readonly PassAtK[]
}

/** One scorer of an evaluation. Mean and interval are null when it scored nothing. */
export type ScorerSummary = Omit<ScoreSummary, 'mean' | 'ci'> & {
  readonly name: string
  readonly mean: number | null
  readonly ci: ScoreSummary['ci'] | null
}

export interface SummariseOptions {
  /** Seed of the bootstrap. */
  readonly seed: number
  readonly nSamples: number
  readonly passThreshold: number | undefined
}

/** Sums up the scores of rows, which one scorer gave; null mean and interval when none has any. */
export function summariseScores(
  rows: readonly EvalRowRecord[],
  { seed, nSamples, passThreshold }: SummariseOptions,
): Omit<ScorerSummary, 'name'> {
  const failed = rows.filter((row) => row.failure !== null)
  const scored = rows.filter((row) => row.score !== null)
  const counts = {
    total: rows.length,
    scored: scored.length,
    abstained: rows.length - failed.length - scored.length,
    failed: failed.length,
    failuresByBoundary: countBoundaries(failed),
    details: meanDetails(rows.filter((row) => row.failure === null)),
  }
  if (scored.length === 0) return { mean: null, ci: null, ...counts }
  return {
    ...bootstrapInterval([...groupScores(scored).values()], { seed }),
    ...counts,
    ...(nSamples > 1 ? { meanAtK: meanAtK(scored, { k: nSamples, seed }) } : {}),
    ...(passThreshold === undefined ? {} : { passAtK: passAtK(scored, { nSamples, passThreshold, seed }) }),
  }
}

/** Groups the scores of scored rows by prompt, in the order in which prompts first occur. */
export function groupScores(rows: readonly EvalRowRecord[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const { promptKey, score } of rows) {
    if (score === null) continue
    const group = groups.get(promptKey)
    if (group === undefined) groups.set(promptKey, [score])
    else group.push(score)
  }
  return groups
}

/** Shows rows as a scorer after the first sees them; what had no response keeps its failure. */
export function rowsByScorer(rows: readonly EvalRowRecord[], scorer: string): EvalRowRecord[] {
  return rows.map((row) => {
    const said = row.scores?.[scorer]
    return said === undefined ? row : { ...row, ...said }
  })
}

function countBoundaries(failed: readonly EvalRowRecord[]): Partial<Record<RowBoundary, number>> {
  const counts: Partial<Record<RowBoundary, number>> = {}
  for (const { failure } of failed) {
    if (failure !== null) counts[failure.boundary] = (counts[failure.boundary] ?? 0) + 1
  }
  return counts
}

function meanDetails(answered: readonly EvalRowRecord[]): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>()
  for (const { metadata } of answered) {
    for (const [key, value] of Object.entries(numericDetails(metadata))) {
      const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 }
      sums.set(key, { sum: sum + value, count: count + 1 })
    }
  }
  return Object.fromEntries([...sums].map(([key, { sum, count }]) => [key, sum / count]))
}
