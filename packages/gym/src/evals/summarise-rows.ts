import { GymError } from '../errors.js'
import { diversityOf } from '../rewards/diversity.js'
import type { EvalRowRecord } from '../store/records.js'
import { type Diversity, numericDetails } from '../trip.js'
import { bootstrapInterval } from './statistics/bootstrap-interval.js'

/** Which part of the trip a row failed at. */
export type RowBoundary = NonNullable<EvalRowRecord['failure']>['boundary']

/** What the rows of an evaluation come to. */
export interface RowsSummary {
  /** Mean score over the scored responses. */
  readonly mean: number
  /** 95 % interval of the mean, by resampling prompts; infinite when a single response was scored. */
  readonly ci: readonly [low: number, high: number]
  /** Responses asked for: rows times samples. */
  readonly total: number
  readonly scored: number
  /** Responses that the scorer could not score. */
  readonly abstained: number
  readonly failed: number
  readonly failuresByBoundary: Readonly<Partial<Record<RowBoundary, number>>>
  /** Means of the numbers and booleans in the metadata, over the scored responses that have them. */
  readonly details: Readonly<Record<string, number>>
  /** How varied the responses are; without it a mean does not tell a better model from one that repeats itself. */
  readonly diversity: Diversity
}

/** Sums up rows; `seed` is that of the bootstrap. Throws GymError when none was scored, saying why. */
export function summariseRows(
  rows: readonly EvalRowRecord[],
  { name, seed }: { readonly name: string; readonly seed: number },
): RowsSummary {
  const failed = rows.filter((row) => row.failure !== null)
  const scored = rows.filter((row) => row.score !== null)
  const abstained = rows.length - failed.length - scored.length
  if (scored.length === 0) throw nothingScored(name, rows, abstained)
  return {
    ...bootstrapInterval(scoresByPrompt(scored), { seed }),
    total: rows.length,
    scored: scored.length,
    abstained,
    failed: failed.length,
    failuresByBoundary: countBoundaries(failed),
    details: meanDetails(scored),
    diversity: diversityOf(rows.filter((row) => row.failure === null).map((row) => row.response)),
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

function scoresByPrompt(rows: readonly EvalRowRecord[]): number[][] {
  return [...groupScores(rows).values()]
}

function countBoundaries(failed: readonly EvalRowRecord[]): Partial<Record<RowBoundary, number>> {
  const counts: Partial<Record<RowBoundary, number>> = {}
  for (const { failure } of failed) {
    if (failure !== null) counts[failure.boundary] = (counts[failure.boundary] ?? 0) + 1
  }
  return counts
}

function meanDetails(scored: readonly EvalRowRecord[]): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>()
  for (const { metadata } of scored) {
    for (const [key, value] of Object.entries(numericDetails(metadata))) {
      const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 }
      sums.set(key, { sum: sum + value, count: count + 1 })
    }
  }
  return Object.fromEntries([...sums].map(([key, { sum, count }]) => [key, sum / count]))
}

function nothingScored(name: string, rows: readonly EvalRowRecord[], abstained: number): GymError {
  const first = rows.find((row) => row.failure !== null)?.failure
  if (rows.length === 0) {
    return new GymError('data', 'nothing-scored', `evaluation "${name}" has no response yet; run it again`)
  }
  if (first === undefined || first === null) {
    const message = `none of the ${rows.length} responses of evaluation "${name}" could be scored: the scorer returned null for each; see what it expects of a response`
    return new GymError('reward', 'nothing-scored', message)
  }
  const rest = abstained === 0 ? '' : ` and the scorer returned null for ${abstained}`
  const message = `none of the ${rows.length} responses of evaluation "${name}" was scored: ${rows.length - abstained} failed${rest}; the first failure: ${first.message}`
  return new GymError(first.boundary, 'nothing-scored', message)
}
