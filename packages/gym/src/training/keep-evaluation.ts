import { type EvalResult, evalResultOf } from '../evals/eval-result.js'
import type { EvalRecord, EvalRowRecord, RunRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import { whenEvaluated } from './evaluation-names.js'

/** An evaluation while a run trained, with all its responses. */
export interface RunEvaluation {
  /** Rollout whose weights it is of; -1 is before all training. */
  readonly afterRollout: number
  /** Name of what was evaluated on. */
  readonly dataset: string
  readonly rows: readonly EvalRowRecord[]
}

/**
 * Keeps an evaluation while a run trained like one of `EvalConfig`, so that it can be read, listed and compared, and returns
 * what names it, its mean with its interval, and how many responses that is of. Kept again, it replaces what it was; null where nothing could be scored.
 */
export async function keepEvaluation(
  store: Store,
  run: Pick<RunRecord, 'trainingRunId' | 'model' | 'seed'>,
  evaluation: RunEvaluation,
  now: number,
): Promise<({ readonly evalId: string } & Pick<EvalResult, 'ci' | 'mean' | 'scored' | 'total'>) | null> {
  const { rows } = evaluation
  if (rows.every(({ score }) => score === null)) return null
  const record = evalRecord(run, evaluation, now)
  const { evalId } = record
  const { rows: _, ...summary } = evalResultOf({ ...record, finishedAt: now }, rows)
  if ((await store.evals.get(evalId)) === undefined) await store.evals.create(record)
  await store.evals.addRows(evalId, rows)
  await store.evals.finish(evalId, { state: 'completed', summary: { ...summary }, finishedAt: now, error: null })
  const { ci, mean, scored, total } = summary
  return { evalId, ci, mean, scored, total }
}

function evalRecord(
  { trainingRunId, model, seed }: Pick<RunRecord, 'trainingRunId' | 'model' | 'seed'>,
  { afterRollout, dataset, rows }: RunEvaluation,
  now: number,
): EvalRecord {
  const place = afterRollout < 0 ? 'before' : String(afterRollout).padStart(7, '0')
  return {
    // The same evaluation has the same id however often its run is read or resumed.
    evalId: `${trainingRunId.replace(/^run-/, 'eval-')}-${place}-${dataset}`,
    state: 'running',
    name: `${dataset}, ${trainingRunId} ${whenEvaluated(afterRollout)}`,
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
