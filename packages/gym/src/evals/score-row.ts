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
  const { scorers, ...limits } = options
  const [main, ...others] = scorers
  if (main === undefined) throw new TypeError('an evaluation without a scorer')
  const [record, ...further] = await Promise.all([
    scoredRow(place, () => scoreResponse(main, sample, limits)),
    ...others.map(async (scorer) => [scorer.name, await scoreBy(scorer, sample, limits)] as const),
  ])
  return further.length === 0 ? record : { ...record, scores: Object.fromEntries(further) }
}

/** Records what the main scorer, or `evalFn`, makes of a row. */
export async function scoredRow(place: RowPlace, score: () => Promise<ScoredResponse>): Promise<EvalRowRecord> {
  const scored = await attempt('reward', score)
  if (!scored.ok) return failedRow(place, scored.failure)
  const isRewritten = place.response !== '' && scored.value.response !== place.response
  const generated = isRewritten ? { generated: place.response } : {}
  return { finishReason: null, tokens: null, ...place, ...scored.value, failure: null, ...generated }
}

/** Records a row that has no score because something failed. */
export function failedRow(place: RowPlace, failure: NonNullable<EvalRowRecord['failure']>): EvalRowRecord {
  return { finishReason: null, tokens: null, ...place, score: null, metadata: {}, failure }
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
