import { GymError } from '../errors.js'
import type { EvalRecord, EvalRowRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import { questionOf, recordedConfig } from './recorded-config.js'
import { type RowsSummary, summariseRows } from './summarise-rows.js'

/** What an evaluation found: the mean score with its uncertainty, what it is made of, and what failed. */
export interface EvalResult extends RowsSummary {
  readonly evalId: string
  readonly name: string
  /** Name under which the model was served. */
  readonly model: string
  readonly deploymentId: string | null
  /** In the order of the dataset. */
  readonly rows: readonly EvalRowRecord[]
  /** How long it took; where it was continued, since then. */
  readonly seconds: number
  readonly seed: number
  /** The evaluation whose responses were scored anew; absent where they were generated. */
  readonly sourceEvalId?: string
  /** The run that was training when it was made; absent for all others. */
  readonly trainingRunId?: string
  /** Whose scores stand at the top level and in the rows; absent where they are the main scorer's, the first of `scorers`. */
  readonly scorer?: string
}

/** Puts together the result of an evaluation from its record and rows; throws GymError when no row was scored. */
export function evalResultOf(record: EvalRecord, rows: readonly EvalRowRecord[]): EvalResult {
  const { evalId, name, model, deploymentId, createdAt, resumedAt, finishedAt, sourceEvalId } = record
  const question = questionOf(record)
  const { trainingRunId } = recordedConfig(record)
  const startedAt = resumedAt ?? createdAt
  return {
    evalId,
    name,
    model,
    deploymentId,
    ...summariseRows(rows, question),
    rows,
    seconds: ((finishedAt ?? startedAt) - startedAt) / 1000,
    seed: question.seed,
    ...(sourceEvalId === undefined ? {} : { sourceEvalId }),
    ...(trainingRunId === undefined ? {} : { trainingRunId }),
  }
}

/**
 * Reads the result of an evaluation back from the store, by its full id; an interrupted one gives what it got to.
 * Throws GymError 'config' when there is no such evaluation, 'data' or 'reward' when no row of it was scored.
 */
export async function evalResultFromStore(store: Store, evalId: string): Promise<EvalResult> {
  const record = await store.evals.get(evalId)
  if (record === undefined) {
    throw new GymError('config', 'no-such-record', `${store.file} holds no evaluation "${evalId}"; give a full id`)
  }
  return evalResultOf(record, await store.evals.rows(evalId))
}
