import type { GenerationChoice, ModelDeployment } from '../deployments/model-deployment.js'
import { GymError, messageOf } from '../errors.js'
import { deriveSeed } from '../random/seeded-random.js'
import type { EvalRowRecord } from '../store/records.js'
import type { DatasetRow, Message } from '../trip.js'
import type { CheckedEvalOptions } from './eval-options.js'
import { promptKey } from './prompt-key.js'
import { runEvalFn, scoreResponse } from './score-response.js'
import type { RowBoundary } from './summarise-rows.js'

/** What every row of an evaluation is worked on with. */
export interface RowContext {
  readonly options: CheckedEvalOptions
  readonly deployment: ModelDeployment
  readonly nSamples: number
  readonly seed: number
  readonly signal: AbortSignal
}

type Sample = GenerationChoice & { readonly tokens: number | null }

/**
 * Asks for the responses to one row and scores them: one record a sample. What fails is recorded in them by its boundary;
 * only an abort (GymError 'interrupted') throws.
 */
export async function evaluateRow(row: DatasetRow, context: RowContext): Promise<EvalRowRecord[]> {
  const { options, nSamples } = context
  const asked = attempt('data', () => messagesOf(row, options))
  const common = { rowIndex: row.index, prompt: row.input, promptKey: asked.ok ? promptKey(asked.value) : '' }
  const all = (failure: NonNullable<EvalRowRecord['failure']>) =>
    Array.from({ length: nSamples }, (_, sampleIndex) => failedRow({ ...common, sampleIndex, response: '' }, failure))
  if (!asked.ok) return all(asked.failure)
  const messages = asked.value

  if (options.evalFn !== undefined) {
    const records = Array.from({ length: nSamples }, async (_, sampleIndex) => {
      const sample = { row, messages, response: '', finishReason: 'stop', sampleIndex } as const
      const seed = deriveSeed(context.seed, 'eval', row.index, sampleIndex)
      const place = { ...common, sampleIndex, response: '' }
      return recorded(place, () => runEvalFn(options, sample, context.deployment, { signal: context.signal, seed }))
    })
    return Promise.all(records)
  }

  const generated = await attemptAsync('provider', () => generateSamples(row, messages, context))
  if (!generated.ok) return all(generated.failure)
  const records = generated.value.map(async ({ text, finishReason, tokens }, sampleIndex) => {
    const sample = { row, messages, response: text, finishReason, sampleIndex }
    const place = { ...common, sampleIndex, response: text, finishReason, tokens }
    return recorded(place, () => scoreResponse(options, sample, context.signal))
  })
  return Promise.all(records)
}

function messagesOf(row: DatasetRow, { dataset, promptColumn }: CheckedEvalOptions): readonly Message[] {
  if (promptColumn === undefined) return dataset.messages(row)
  const input = row.columns[promptColumn]
  if (typeof input === 'string') return dataset.messages({ ...row, input })
  const columns = Object.keys(row.columns).join(', ')
  throw new GymError(
    'data',
    'no-such-column',
    `row ${row.index} of ${dataset.name} has no text in column "${promptColumn}"; promptColumn must be one of ${columns}`,
  )
}

/** Asks for all samples at once, since the prompt is then computed once, and again for those an endpoint left out. */
async function generateSamples(row: DatasetRow, messages: readonly Message[], context: RowContext): Promise<Sample[]> {
  const { deployment, nSamples, signal, options } = context
  const samples: Sample[] = []
  while (samples.length < nSamples) {
    const n = nSamples - samples.length
    const { choices, usage } = await deployment.generate(messages, {
      ...options.generateKwargs,
      n,
      seed: deriveSeed(context.seed, 'eval', row.index, samples.length),
      signal,
      timeoutMs: options.timeLimitMs,
    })
    if (choices.length === 0) {
      const message = `"${deployment.servedModelName}" at ${deployment.url} answered without a choice; see its log`
      throw new GymError('provider', 'bad-answer', message)
    }
    const tokens = choices.length === 1 ? usage.completionTokens : null
    samples.push(...choices.slice(0, n).map((choice) => ({ ...choice, tokens })))
  }
  return samples
}

type Place = Pick<EvalRowRecord, 'rowIndex' | 'sampleIndex' | 'promptKey' | 'prompt' | 'response'> &
  Partial<Pick<EvalRowRecord, 'finishReason' | 'tokens'>>

async function recorded(
  place: Place,
  score: () => Promise<Pick<EvalRowRecord, 'score' | 'metadata' | 'response' | 'prompt'>>,
): Promise<EvalRowRecord> {
  const scored = await attemptAsync('reward', score)
  if (!scored.ok) return failedRow(place, scored.failure)
  return { finishReason: null, tokens: null, ...place, ...scored.value, failure: null }
}

function failedRow(place: Place, failure: NonNullable<EvalRowRecord['failure']>): EvalRowRecord {
  return { finishReason: null, tokens: null, ...place, score: null, metadata: {}, failure }
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: NonNullable<EvalRowRecord['failure']> }

function attempt<T>(boundary: RowBoundary, work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, failure: failureOf(error, boundary) }
  }
}

async function attemptAsync<T>(boundary: RowBoundary, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, failure: failureOf(error, boundary) }
  }
}

/** An error keeps its own boundary where rows have it; an abort is no failure of the row and goes on. */
function failureOf(error: unknown, boundary: RowBoundary): NonNullable<EvalRowRecord['failure']> {
  if (GymError.is(error) && error.boundary === 'interrupted') throw error
  const own = GymError.is(error) ? error.boundary : boundary
  const known = own === 'provider' || own === 'reward' || own === 'data'
  return { boundary: known ? own : boundary, message: messageOf(error) }
}
