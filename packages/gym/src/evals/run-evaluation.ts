import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { consoleProgress } from '../console/console-progress.js'
import type { ModelDeployment } from '../deployments/model-deployment.js'
import { GymError, messageOf } from '../errors.js'
import { newId } from '../store/ids.js'
import { openStore } from '../store/open-store.js'
import type { EvalRecord, EvalRowRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow } from '../trip.js'
import type { CheckedEvalOptions, CheckedEvaluateOptions } from './eval-options.js'
import { type EvalResult, evalResultOf } from './eval-result.js'
import { evaluateRow, type RowContext } from './evaluate-row.js'
import { watchFirstRows } from './failure-watch.js'
import { sampleTeller } from './sample-teller.js'

/** What an evaluation runs with: EvalConfig's options with those of the call over them. */
interface Plan extends Omit<RowContext, 'signal'> {
  readonly name: string
  readonly maxConcurrency: number
  readonly call: CheckedEvaluateOptions
  readonly clock: () => number
}

/** Runs an evaluation from the first row to its result, keeping every row in the store as it comes. */
export async function runEvaluation(
  options: CheckedEvalOptions,
  deployment: ModelDeployment,
  given: CheckedEvaluateOptions,
): Promise<EvalResult> {
  const outlet = await consoleProgress(given.onProgress)
  try {
    return await evaluate(options, deployment, { ...given, onProgress: outlet.onProgress })
  } finally {
    outlet.end()
  }
}

async function evaluate(
  options: CheckedEvalOptions,
  deployment: ModelDeployment,
  call: CheckedEvaluateOptions,
): Promise<EvalResult> {
  const plan: Plan = {
    options,
    deployment,
    call,
    name: call.name ?? options.name ?? deployment.appName,
    nSamples: call.nSamples ?? options.nSamples ?? 1,
    seed: call.seed ?? options.seed ?? 0,
    maxConcurrency: call.maxConcurrency ?? options.maxConcurrency ?? 16,
    clock: call.clock ?? Date.now,
  }
  const rows = await loadRows(options, call.signal)
  if (call.store !== undefined) return evaluateInto(call.store, rows, plan)
  await using store = await openStore({ home: call.home })
  return await evaluateInto(store, rows, plan)
}

async function loadRows({ dataset }: CheckedEvalOptions, signal?: AbortSignal): Promise<readonly DatasetRow[]> {
  const rows = await dataset.load({ signal })
  if (rows.length === 0) {
    throw new GymError('data', 'no-rows', `dataset "${dataset.name}" has no rows; an evaluation needs at least one`)
  }
  const indexes = new Set(rows.map((row) => row.index))
  if (indexes.size === rows.length) return rows
  const message = `dataset "${dataset.name}" gives ${rows.length} rows but only ${indexes.size} different row indexes; number them from 0`
  throw new GymError('data', 'repeated-row-index', message)
}

async function evaluateInto(store: Store, rows: readonly DatasetRow[], plan: Plan): Promise<EvalResult> {
  const { name, clock, call } = plan
  const total = rows.length * plan.nSamples
  const record = startedRecord(plan)
  const { evalId } = record
  await store.evals.create(record)
  call.onProgress?.({ kind: 'eval-start', name, total })

  const kept: EvalRowRecord[] = []
  const tell = sampleTeller(call)
  const keep = async (records: readonly EvalRowRecord[]): Promise<void> => {
    await store.evals.addRows(evalId, records)
    for (const row of records) {
      kept.push(row)
      call.onProgress?.({ kind: 'eval-row', done: kept.length, total, row })
      tell(row)
    }
  }
  try {
    await evaluateRows(rows, plan, keep)
    if (call.signal?.aborted === true) throw interrupted(name, evalId, kept.length, total)
    kept.sort((a, b) => a.rowIndex - b.rowIndex || a.sampleIndex - b.sampleIndex)
    const finishedAt = clock()
    const result = evalResultOf({ ...record, finishedAt }, kept)
    const { rows: _, ...summary } = result
    await store.evals.finish(evalId, { state: 'completed', summary: { ...summary }, finishedAt, error: null })
    call.onProgress?.({ kind: 'eval-end', name, seconds: result.seconds })
    return result
  } catch (error) {
    const state = GymError.is(error) && error.boundary === 'interrupted' ? 'interrupted' : 'failed'
    const end = { state, summary: null, finishedAt: clock(), error: messageOf(error) } as const
    // When it is the store that fails, that second failure says nothing new.
    await store.evals.finish(evalId, end).catch(() => undefined)
    throw error
  }
}

/** Works on the rows, at most `maxConcurrency` at once, until all are done, one cannot be kept, or it is of no use. */
async function evaluateRows(
  rows: readonly DatasetRow[],
  plan: Plan,
  keep: (records: readonly EvalRowRecord[]) => Promise<void>,
): Promise<void> {
  const { maxConcurrency, call } = plan
  const halt = new AbortController()
  const signal = call.signal === undefined ? halt.signal : AbortSignal.any([call.signal, halt.signal])
  // One listener a request: more than Node's default of ten is meant here.
  setMaxListeners(0, signal)
  const watch = rows.length > maxConcurrency ? watchFirstRows(plan.name, maxConcurrency) : () => undefined
  let reason: unknown

  await pLimit(maxConcurrency).map(rows, async (row, position) => {
    if (signal.aborted) return
    try {
      const records = await evaluateRow(row, { ...plan, signal })
      if (signal.aborted) return
      await keep(records)
      const noUse = watch(position, records)
      if (noUse !== undefined) throw noUse
    } catch (error) {
      if (signal.aborted) return
      reason = error
      halt.abort(error)
    }
  })
  if (halt.signal.aborted) throw reason
}

function startedRecord({ options, deployment, call: _, ...plan }: Plan): EvalRecord {
  const { dataset, generateKwargs, timeLimitMs, rewardTimeLimitMs, promptColumn } = options
  const scorer = options.evalFn ?? options.evalResponseFn ?? options.reward
  const { nSamples, seed, maxConcurrency } = plan
  const createdAt = plan.clock()
  return {
    evalId: newId('eval', createdAt, () => randomBytes(4)),
    state: 'running',
    name: plan.name,
    model: deployment.servedModelName,
    modelPath: deployment.modelPath,
    deploymentId: deployment.deploymentId,
    config: {
      dataset: dataset.name,
      scorer: scorer?.name ?? '',
      ...{ generateKwargs, nSamples, seed, maxConcurrency, timeLimitMs, rewardTimeLimitMs },
      ...(promptColumn === undefined ? {} : { promptColumn }),
    },
    pid: process.pid,
    createdAt,
    finishedAt: null,
    summary: null,
    error: null,
  }
}

function interrupted(name: string, evalId: string, done: number, total: number): GymError {
  const message = `evaluation "${name}" was interrupted after ${done} of ${total} responses; they are kept as ${evalId}`
  return new GymError('interrupted', 'aborted', message)
}
