import { randomBytes } from 'node:crypto'
import pLimit from 'p-limit'
import { z } from 'zod'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import { guardedCalls } from '../rewards/guarded-calls.js'
import { newId } from '../store/ids.js'
import type { EvalRecord, EvalRowRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow, Message } from '../trip.js'
import { type EvalOptions, evalOptionsSchema } from './eval-options.js'
import { type EvalResult, evalResultOf } from './eval-result.js'
import { messagesFor } from './evaluate-row.js'
import { checkGateNames } from './gates.js'
import { promptKey } from './prompt-key.js'
import { recordedConfig } from './recorded-config.js'
import { changedRows, type RowChange } from './row-changes.js'
import { scoreRow } from './score-row.js'
import { namedScorers, scorerNames } from './scorers.js'

/** Exactly one of `reward`, `evalResponseFn` and `scorers` says how the stored responses are scored anew. */
export interface RescoreOptions
  extends Pick<
    EvalOptions,
    'reward' | 'evalResponseFn' | 'scorers' | 'gate' | 'passThreshold' | 'name' | 'rewardTimeLimitMs'
  > {
  /** The rows that were asked, for scorers that look at more of them than the input. Default: the input alone is known. */
  readonly dataset?: Dataset | undefined
  /** Ends the scoring; nothing is kept then. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: (() => number) | undefined
}

/** An evaluation with new scores, and where they differ from the old ones. */
export interface Rescored {
  readonly result: EvalResult
  /** Rows whose main score, abstention or failure changed, the biggest change first. */
  readonly changed: readonly RowChange[]
}

const ownOptions = {
  dataset: evalOptionsSchema.shape.dataset.optional(),
  signal: z.instanceof(AbortSignal).optional(),
  clock: z.custom<() => number>((value) => typeof value === 'function', 'must be a function').optional(),
}
const { reward, evalResponseFn, scorers, gate, passThreshold, name, rewardTimeLimitMs } = evalOptionsSchema.shape
const rescoreOptionsSchema = z
  .strictObject({ reward, evalResponseFn, scorers, gate, passThreshold, name, rewardTimeLimitMs, ...ownOptions })
  .refine(
    (options) =>
      [options.reward, options.evalResponseFn, options.scorers].filter((way) => way !== undefined).length === 1,
    'needs exactly one of reward, evalResponseFn and scorers',
  )
type Checked = z.output<typeof rescoreOptionsSchema>

/** Responses scored at the same time: scorers may ask a judge over the network. */
const concurrency = 16

/**
 * Scores the stored responses of an evaluation with another scorer, without generating again, and keeps the outcome as a
 * new evaluation that points at its source. What failed before there was a response keeps its failure.
 *
 * @example
 * const { result, changed } = await rescoreEval(store, 'base', { reward: stricterHaiku })
 *
 * @throws GymError 'config' for bad options or no such evaluation, 'data' when `dataset` is not what was asked, 'reward'
 * when no response could be scored, 'interrupted' when `signal` aborts.
 */
export async function rescoreEval(store: Store, reference: string, given: RescoreOptions): Promise<Rescored> {
  const options = parseOptions(rescoreOptionsSchema, given, 'rescoreEval()')
  checkGateNames(options.gate, scorerNames({ ...options, evalFn: undefined }))
  const source = await store.evals.get(await store.findEval(reference))
  if (source === undefined) throw new GymError('config', 'no-such-record', `there is no evaluation "${reference}"`)
  const before = await store.evals.rows(source.evalId)
  const find = await rowFinder(source, options)
  const clock = options.clock ?? Date.now
  const started = startedRecord(source, options, clock())
  const signal = options.signal ?? new AbortController().signal
  const scoring = {
    scorers: namedScorers(options),
    timeLimitMs: options.rewardTimeLimitMs,
    signal,
    caller: guardedCalls(),
  }

  const rows = await pLimit(concurrency).map(before, async (row): Promise<EvalRowRecord> => {
    const response = responseOf(row)
    const { scores: _, generated: __, ...place } = row
    if (response === null) return place
    const { row: asked, messages } = find(row)
    const { rowIndex, sampleIndex, promptKey, finishReason, tokens } = row
    const sample = { row: asked, messages, response, finishReason: finishReason ?? 'stop', sampleIndex } as const
    const kept = { rowIndex, sampleIndex, promptKey, prompt: row.prompt, response, finishReason, tokens }
    return await scoreRow(kept, sample, scoring)
  })

  const finishedAt = clock()
  const result = evalResultOf({ ...started, finishedAt }, rows)
  const { rows: _, ...summary } = result
  await store.evals.create(started)
  await store.evals.addRows(started.evalId, rows)
  await store.evals.finish(started.evalId, { state: 'completed', summary: { ...summary }, finishedAt, error: null })
  return { result, changed: changedRows(before, rows) }
}

/** The text that the model wrote; null where there is none to score. */
function responseOf({ failure, finishReason, response, generated }: EvalRowRecord): string | null {
  if (failure !== null && failure.boundary !== 'reward') return null
  // An evalFn that failed left no response behind; a response that was generated says how it ended.
  if (failure !== null && finishReason === null) return null
  return generated ?? response
}

type FindRow = (row: EvalRowRecord) => { readonly row: DatasetRow; readonly messages: readonly Message[] }

/** Finds what was asked for a stored response: in the dataset, checked by its prompt, or by what the store knows. */
async function rowFinder(source: EvalRecord, { dataset, signal }: Checked): Promise<FindRow> {
  if (dataset === undefined) {
    return ({ rowIndex, prompt }) => ({
      row: { index: rowIndex, input: prompt, columns: { input: prompt } },
      messages: [{ role: 'user', content: prompt }],
    })
  }
  const { promptColumn } = recordedConfig(source)
  const rows = new Map((await dataset.load({ signal })).map((row) => [row.index, row]))
  return ({ rowIndex, prompt, promptKey: asked }) => {
    const row = rows.get(rowIndex)
    const messages = row && messagesFor(row, { dataset, promptColumn })
    if (row !== undefined && messages !== undefined && promptKey(messages) === asked) return { row, messages }
    const difference = row === undefined ? 'has no such row' : 'asks something else there'
    const message = `row ${rowIndex} ("${prompt.slice(0, 60)}") of evaluation ${source.evalId} was not asked from dataset "${dataset.name}", which ${difference}; give the dataset that was evaluated (${recordedConfig(source).dataset})`
    throw new GymError('data', 'other-dataset', message)
  }
}

function startedRecord(source: EvalRecord, options: Checked, createdAt: number): EvalRecord {
  const { resumedAt: _, config, ...record } = source
  const { passThreshold: __, gate: ___, ...made } = config
  const { passThreshold, gate = {}, rewardTimeLimitMs } = options
  return {
    ...record,
    evalId: newId('eval', createdAt, () => randomBytes(4)),
    state: 'running',
    name: options.name ?? `${source.name}, rescored`,
    config: {
      ...made,
      scorers: scorerNames({ ...options, evalFn: undefined }),
      ...{ gate, rewardTimeLimitMs },
      ...(passThreshold === undefined ? {} : { passThreshold }),
    },
    pid: process.pid,
    createdAt,
    finishedAt: null,
    summary: null,
    error: null,
    sourceEvalId: source.evalId,
  }
}
