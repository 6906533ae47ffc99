import type { GenerationChoice, ModelDeployment } from '../deployments/model-deployment.js'
import { GymError } from '../errors.js'
import { deriveSeed } from '../random/seeded-random.js'
import type { GuardedCaller } from '../rewards/guarded-calls.js'
import type { EvalRowRecord } from '../store/records.js'
import type { DatasetRow, Message } from '../trip.js'
import { attempt } from './attempt.js'
import type { CheckedEvalOptions } from './eval-options.js'
import { promptKey } from './prompt-key.js'
import { runEvalFn } from './score-response.js'
import { failedRow, scoredRow, scoreRow } from './score-row.js'
import type { NamedScorer } from './scorers.js'

/** What every row of an evaluation is worked on with. */
export interface RowContext {
  readonly options: CheckedEvalOptions
  readonly deployment: ModelDeployment
  /** Scorers of responses, the main one first; none where `evalFn` scores. */
  readonly scorers: readonly NamedScorer[]
  readonly nSamples: number
  readonly seed: number
  readonly signal: AbortSignal
  /** Shared by all rows, so that scorers are guarded together. */
  readonly caller: GuardedCaller
}

type Sample = GenerationChoice & { readonly tokens: number | null }

/**
 * Asks for the responses to one row and scores them: one record a sample. What fails is recorded in them by its boundary;
 * only an abort (GymError 'interrupted') throws.
 */
export async function evaluateRow(row: DatasetRow, context: RowContext): Promise<EvalRowRecord[]> {
  const { options, nSamples, scorers, signal, caller } = context
  const asked = await attempt('data', () => messagesFor(row, options))
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
      return scoredRow(place, () => runEvalFn(options, sample, context.deployment, { signal, seed }))
    })
    return Promise.all(records)
  }

  const generated = await attempt('provider', () => generateSamples(row, messages, context))
  if (!generated.ok) return all(generated.failure)
  const limits = { scorers, timeLimitMs: options.rewardTimeLimitMs, signal, caller }
  const records = generated.value.map(async ({ text, finishReason, tokens }, sampleIndex) => {
    const sample = { row, messages, response: text, finishReason, sampleIndex }
    return scoreRow({ ...common, sampleIndex, response: text, finishReason, tokens }, sample, limits)
  })
  return Promise.all(records)
}

/** Makes the messages of a row, with `promptColumn` in place of the dataset's input column. Throws GymError 'data'. */
export function messagesFor(
  row: DatasetRow,
  { dataset, promptColumn }: Pick<CheckedEvalOptions, 'dataset' | 'promptColumn'>,
): readonly Message[] {
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

/**
 * Throws GymError 'config' where `promptColumn` changes no prompt: a dataset with messages of its own, or with a template
 * without `{input}`. Looks at what becomes of one row, since a dataset tells no more than that.
 */
export function checkPromptColumn(
  rows: readonly DatasetRow[],
  { dataset, promptColumn }: Pick<CheckedEvalOptions, 'dataset' | 'promptColumn'>,
): void {
  if (promptColumn === undefined) return
  const row = rows.find(({ columns }) => typeof columns[promptColumn] === 'string')
  if (row === undefined) return
  const keyWith = (input: string) => {
    try {
      return promptKey(dataset.messages({ ...row, input }))
    } catch {
      // Evaluating the row will tell.
      return undefined
    }
  }
  const [one, other] = [keyWith('one input'), keyWith('another input')]
  if (one === undefined || one !== other) return
  const message = `option "promptColumn" ("${promptColumn}") has no effect on the prompts of dataset "${dataset.name}": it has a messagesColumn, or a promptTemplate without {input}; leave it out, or name {${promptColumn}} in the promptTemplate`
  throw new GymError('config', 'bad-options', message)
}

/** Asks for all samples at once, since the prompt is then computed once, and again for those an endpoint left out. */
async function generateSamples(row: DatasetRow, messages: readonly Message[], context: RowContext): Promise<Sample[]> {
  const { deployment, nSamples, signal, options } = context
  const samples: Sample[] = []
  while (samples.length < nSamples) {
    const n = nSamples - samples.length
    const { choices, usage } = await deployment.generate(messages, {
      ...options.generateKwargs,
      ...(options.dataset.applyChatTemplate === false ? { applyChatTemplate: false } : {}),
      n,
      seed: deriveSeed(context.seed, 'eval', row.index, samples.length),
      signal,
      timeoutMs: options.timeLimitMs,
    })
    if (choices.length === 0) {
      const message = `"${deployment.servedModelName}" at ${deployment.url} answered without a choice; see its log`
      throw new GymError('provider', 'bad-answer', message)
    }
    // The usage of several choices is their sum, which says nothing of one.
    const only = choices.length === 1 ? usage.completionTokens : null
    for (const { text, finishReason, completionTokens } of choices.slice(0, n)) {
      samples.push({ text, finishReason, tokens: completionTokens ?? only })
    }
  }
  return samples
}
