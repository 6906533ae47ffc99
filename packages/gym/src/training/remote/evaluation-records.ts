import { evalResultOf } from '../../evals/eval-result.js'
import { promptKey } from '../../evals/prompt-key.js'
import type { EvalRecord, EvalRowRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import type { Message } from '../../trip.js'
import type { KeptSample } from './kept-samples.js'
import type { RemoteRunRecord } from './remote-start.js'

/** A row of the file of rows to evaluate on. */
export interface HeldOutRow {
  readonly input: string
  readonly messages: readonly Message[]
}

/** An evaluation while a run trained, with all its responses. */
export interface HeldOutEvaluation {
  /** Rollout whose weights it is of; -1 is before all training. */
  readonly afterRollout: number
  /** Name of what was evaluated on. */
  readonly dataset: string
  readonly samples: readonly KeptSample[]
  /** By the index of the row. */
  readonly rows: ReadonlyMap<number, HeldOutRow>
}

/** Reads the file of rows to evaluate on. */
export function heldOutRows(evalFile: string): Map<number, HeldOutRow> {
  const lines = evalFile.split('\n').filter((line) => line !== '')
  const rows = lines.map((line) => (JSON.parse(line) as { readonly row: HeldOutRow & { readonly index: number } }).row)
  return new Map(rows.map((row) => [row.index, row]))
}

/**
 * Keeps an evaluation while a run trained like one of `EvalConfig`, so that it can be read, listed and compared, and returns
 * what names it and its interval. Kept again, it replaces what it was; null where nothing could be scored.
 */
export async function keepEvaluation(
  store: Store,
  run: RemoteRunRecord,
  evaluation: HeldOutEvaluation,
  now: number,
): Promise<{ readonly evalId: string; readonly ci: readonly [number, number] } | null> {
  const rows = evalRows(evaluation)
  if (rows.every(({ score }) => score === null)) return null
  const record = evalRecord(run, evaluation, rows, now)
  const { evalId } = record
  const { rows: _, ...summary } = evalResultOf({ ...record, finishedAt: now }, rows)
  if ((await store.evals.get(evalId)) === undefined) await store.evals.create(record)
  await store.evals.addRows(evalId, rows)
  await store.evals.finish(evalId, { state: 'completed', summary: { ...summary }, finishedAt: now, error: null })
  return { evalId, ci: summary.ci }
}

function evalRecord(
  { trainingRunId, model, seed }: RemoteRunRecord,
  { afterRollout, dataset }: HeldOutEvaluation,
  rows: readonly EvalRowRecord[],
  now: number,
): EvalRecord {
  const when = afterRollout < 0 ? 'before training' : `after rollout ${afterRollout + 1}`
  const place = afterRollout < 0 ? 'before' : String(afterRollout).padStart(7, '0')
  return {
    // The same evaluation has the same id however often the output of its run is read.
    evalId: `${trainingRunId.replace(/^run-/, 'eval-')}-${place}-${dataset}`,
    state: 'running',
    name: `${dataset}, ${trainingRunId} ${when}`,
    model,
    modelPath: null,
    deploymentId: null,
    config: {
      dataset,
      scorers: ['reward'],
      nRows: new Set(rows.map(({ rowIndex }) => rowIndex)).size,
      nSamples: 1 + Math.max(...rows.map(({ sampleIndex }) => sampleIndex)),
      seed,
      trainingRunId,
      afterRollout,
    },
    pid: null,
    createdAt: now,
    finishedAt: null,
    summary: null,
    error: null,
  }
}

function evalRows({ samples, rows }: HeldOutEvaluation): EvalRowRecord[] {
  const counts = new Map<number, number>()
  return samples.flatMap(({ row: rowIndex, response, score, details, finishReason }) => {
    const row = rowIndex === null ? undefined : rows.get(rowIndex)
    if (rowIndex === null || row === undefined) return []
    const sampleIndex = counts.get(rowIndex) ?? 0
    counts.set(rowIndex, sampleIndex + 1)
    return {
      rowIndex,
      sampleIndex,
      promptKey: promptKey(row.messages),
      prompt: row.input,
      response,
      score: details.unscorable === true ? null : score,
      metadata: details,
      finishReason,
      tokens: null,
      failure: null,
    }
  })
}
