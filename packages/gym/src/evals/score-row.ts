import type { GuardedCaller } from '../rewards/guarded-calls.js'
import type { EvalRowRecord, RowScore } from '../store/records.js'
import type { RewardSample } from '../trip.js'
import { attempt } from './attempt.js'
import { type ScoredResponse, scoreResponse } from './score-response.js'
import type { NamedScorer } from './scorers.js'

/** Where a response stands in its evaluation, and how it came. */
export type RowPlace = Pick<EvalRowRecord, 'rowIndex' | 'sampleIndex' | 'promptKey' | 'prompt' | 'response'> &
  Partial<Pick<EvalRowRecord, 'finishReason' | 'tokens'>>

export interface ScoreRowOptions {
  /** The main scorer first. */
  readonly scorers: readonly NamedScorer[]
  /** Milliseconds that one scorer may take for one response. */
  readonly timeLimitMs: number
  readonly signal: AbortSignal
  readonly caller: GuardedCaller
}

/** Scores a response with every scorer; one that fails is recorded and leaves the others alone. Throws only when aborted. */
export async function scoreRow(
  place: RowPlace,
  sample: RewardSample,
  options: ScoreRowOptions,
): Promise<EvalRowRecord> {
  const [main] = options.scorers
  if (main === undefined) throw new TypeError('an evaluation without a scorer')
  const scored = scoredRow(place, () => scoreResponse(main, sample, options))
  if (options.scorers.length === 1) return await scored
  const others = options.scorers.slice(1)
  const [record, ...further] = await Promise.all([
    scored,
    ...others.map(async (scorer) => [scorer.name, await scoreBy(scorer, sample, options)] as const),
  ])
  return { ...record, scores: Object.fromEntries(further) }
}

/** Records what the main scorer, or `evalFn`, makes of a row. */
export async function scoredRow(place: RowPlace, score: () => Promise<ScoredResponse>): Promise<EvalRowRecord> {
  const scored = await attempt('reward', score)
  if (!scored.ok) return failedRow(place, scored.failure)
  const { score: value, metadata, response, prompt } = scored.value
  const record = rowOf(place, { score: value, metadata, response, prompt, failure: null })
  const isRewritten = place.response !== '' && response !== place.response
  return isRewritten ? { ...record, generated: place.response } : record
}

/** Records a row that has no score because something failed. */
export function failedRow(place: RowPlace, failure: NonNullable<EvalRowRecord['failure']>): EvalRowRecord {
  const { response, prompt } = place
  return rowOf(place, { score: null, metadata: {}, response, prompt, failure })
}

/** Puts a row together, always the same fields in the same order, which takes the least memory. */
function rowOf(
  { rowIndex, sampleIndex, promptKey, finishReason = null, tokens = null }: RowPlace,
  { score, metadata, response, prompt, failure }: ScoredResponse & Pick<EvalRowRecord, 'failure'>,
): EvalRowRecord {
  return { rowIndex, sampleIndex, promptKey, prompt, response, score, metadata, finishReason, tokens, failure }
}

async function scoreBy(
  scorer: NamedScorer,
  sample: RewardSample,
  limits: Omit<ScoreRowOptions, 'scorers'>,
): Promise<RowScore> {
  const scored = await attempt('reward', () => scoreResponse(scorer, sample, limits))
  if (scored.ok) return { score: scored.value.score, metadata: scored.value.metadata, failure: null }
  return { score: null, metadata: {}, failure: { boundary: 'reward', message: scored.failure.message } }
}
