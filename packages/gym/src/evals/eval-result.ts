import { GymError } from '../errors.js'
import { deriveSeed } from '../random/seeded-random.js'
import type { EvalRecord, EvalRowRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
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
  readonly seconds: number
  readonly seed: number
}

/** Puts together the result of an evaluation from its record and rows; throws GymError when no row was scored. */
export function evalResultOf(record: EvalRecord, rows: readonly EvalRowRecord[]): EvalResult {
  const seed = typeof record.config.seed === 'number' ? record.config.seed : 0
  const { evalId, name, model, deploymentId, createdAt, finishedAt } = record
  return {
    evalId,
    name,
    model,
    deploymentId,
    ...summariseRows(rows, { name, seed: deriveSeed(seed, 'interval') }),
    rows,
    seconds: ((finishedAt ?? createdAt) - createdAt) / 1000,
    seed,
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
