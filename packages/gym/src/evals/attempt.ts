import { GymError, messageOf } from '../errors.js'
import type { EvalRowRecord } from '../store/records.js'
import type { RowBoundary } from './summarise-scores.js'

type Failure = NonNullable<EvalRowRecord['failure']>

/** What came of a piece of work on one row. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/**
 * Does a piece of work on a row and records its failure by boundary. An abort (GymError 'interrupted') goes on, and so does
 * what would fail for every row (GymError 'config').
 */
export async function attempt<T>(boundary: RowBoundary, work: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, failure: failureOf(error, boundary) }
  }
}

/** An error keeps its own boundary where rows have it; an abort and a missing program are no failures of the row. */
function failureOf(error: unknown, boundary: RowBoundary): Failure {
  if (GymError.is(error) && (error.boundary === 'interrupted' || error.boundary === 'config')) throw error
  const own = GymError.is(error) ? error.boundary : boundary
  const known = own === 'provider' || own === 'reward' || own === 'data'
  return { boundary: known ? own : boundary, message: messageOf(error) }
}
