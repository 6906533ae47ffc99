import { consoleProgress } from '../console/console-progress.js'
import type { ModelDeployment } from '../deployments/model-deployment.js'
import { GymError, messageOf } from '../errors.js'
import { ownSignal } from '../options/own-signal.js'
import { openStore } from '../store/open-store.js'
import type { EvalRowRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow } from '../trip.js'
import type { CheckedEvalOptions, CheckedEvaluateOptions } from './eval-options.js'
import { type EvalPlan, planEvaluation, startedRecord } from './eval-plan.js'
import { type EvalResult, evalResultOf } from './eval-result.js'
import { checkPromptColumn, evaluateRow, messagesFor } from './evaluate-row.js'
import { watchFirstRows } from './failure-watch.js'
import { type ResumedEvaluation, resumeEvaluation } from './resume-evaluation.js'
import { rowWriter } from './row-writer.js'
import { sampleTeller } from './sample-teller.js'

/** Runs an evaluation from the first row to its result, keeping every row in the store as it comes. */
export async function runEvaluation(
  options: CheckedEvalOptions,
  deployment: ModelDeployment,
  given: CheckedEvaluateOptions,
): Promise<EvalResult> {
  const outlet = await consoleProgress(given.onProgress)
  try {
    const plan = planEvaluation(options, deployment, { ...given, onProgress: outlet.onProgress })
    const rows = await loadRows(options, given.signal)
    checkPromptColumn(rows, options)
    if (given.store !== undefined) return await evaluateInto(given.store, rows, plan)
    await using store = await openStore({ home: given.home })
    return await evaluateInto(store, rows, plan)
  } finally {
    outlet.end()
  }
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

async function evaluateInto(store: Store, rows: readonly DatasetRow[], plan: EvalPlan): Promise<EvalResult> {
  const { clock, call } = plan
  const total = rows.length * plan.nSamples
  const { record, kept: before, missing } = await begin(store, rows, plan)
  const { evalId, name } = record
  call.onProgress?.({ kind: 'eval-start', evalId, name, total, ...(before.length > 0 && { kept: before }) })

  const kept = [...before]
  const tell = sampleTeller(call)
  const take = (row: EvalRowRecord) => {
    kept.push(row)
    call.onProgress?.({ kind: 'eval-row', done: kept.length, total, row })
    tell(row)
  }
  try {
    await evaluateRows(missing, { ...plan, name }, { take, write: (records) => store.evals.addRows(evalId, records) })
    if (call.signal?.aborted === true) {
      const done = `${kept.length} of ${total} responses`
      const what = `evaluation "${name}" was interrupted after ${done}; they are kept as ${evalId}`
      throw endedEarly(call.signal, what)
    }
    kept.sort((a, b) => a.rowIndex - b.rowIndex || a.sampleIndex - b.sampleIndex)
    const finishedAt = clock()
    const result = evalResultOf({ ...record, finishedAt }, kept)
    const { rows: _, ...summary } = result
    await store.evals.finish(evalId, { state: 'completed', summary: { ...summary }, finishedAt, error: null })
    call.onProgress?.({ kind: 'eval-end', name, seconds: result.seconds })
    return result
  } catch (error) {
    const state = GymError.is(error) && error.boundary === 'interrupted' ? 'interrupted' : 'failed'
    const cause = causeOfAbort(call.signal)
    const why = cause !== undefined && GymError.is(error) && error.cause === cause ? cause : error
    const end = { state, summary: null, finishedAt: clock(), error: messageOf(why) } as const
    // When it is the store that fails, that second failure says nothing new.
    await store.evals.finish(evalId, end).catch(() => undefined)
    throw error
  }
}

async function begin(store: Store, rows: readonly DatasetRow[], plan: EvalPlan): Promise<ResumedEvaluation> {
  const record = startedRecord(plan, rows.length)
  const reference = plan.call.resume
  if (reference !== undefined) {
    const messagesOf = (row: DatasetRow) => messagesFor(row, plan.options)
    return await resumeEvaluation(store, { reference, wanted: record, rows, messagesOf })
  }
  await store.evals.create(record)
  return { record, kept: [], missing: rows }
}

interface RowOutlet {
  readonly take: (row: EvalRowRecord) => void
  readonly write: (rows: readonly EvalRowRecord[]) => Promise<void>
}

/** Works on the rows, at most `maxConcurrency` at once, until all are done, one cannot be kept, or it is of no use. */
async function evaluateRows(rows: readonly DatasetRow[], plan: EvalPlan, { take, write }: RowOutlet): Promise<void> {
  const { maxConcurrency, call } = plan
  const halt = new AbortController()
  const signal = ownSignal(call.signal, halt.signal)
  const watch = rows.length > maxConcurrency ? watchFirstRows(plan.name, maxConcurrency) : () => undefined
  let reason: unknown
  const stop = (error: unknown) => {
    if (signal.aborted) return
    reason = error
    halt.abort(error)
  }
  const writer = rowWriter({ write, onFailure: stop })
  const context = { ...plan, signal }
  const waiting = rows.entries()
  const workOn = async () => {
    for (const [position, row] of waiting) {
      if (signal.aborted) return
      try {
        const records = await evaluateRow(row, context)
        if (signal.aborted) return
        for (const record of records) take(record)
        await writer.add(records)
        const noUse = watch(position, records)
        if (noUse !== undefined) throw noUse
      } catch (error) {
        stop(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxConcurrency, rows.length) }, workOn))
  await writer.end()
  if (halt.signal.aborted) throw reason
}

/** Why the signal ended the work, when it is a failure, such as a late throw of the reward, and nobody's wish. */
function causeOfAbort(signal: AbortSignal | undefined): GymError | undefined {
  const reason: unknown = signal?.reason
  return GymError.is(reason) && reason.boundary !== 'interrupted' ? reason : undefined
}

function endedEarly(signal: AbortSignal, what: string): GymError {
  const cause = causeOfAbort(signal)
  if (cause === undefined) return new GymError('interrupted', 'aborted', what)
  return new GymError(cause.boundary, cause.code, `${cause.message}\n${what}`, { cause })
}
