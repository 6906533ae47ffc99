import { MAY_START } from '../../compute/check-spec.js'
import type { Compute } from '../../compute/compute.js'
import { GymError, messageOf } from '../../errors.js'
import type { RunRecord } from '../../store/records.js'
import type { RemoteRunRecord } from './remote-start.js'

export interface FailedStart {
  readonly trainingRunId: string
  readonly compute: Compute
  /** True once its host was asked for the run's own process: before, what may still start is a helper. */
  readonly wasAsked: boolean
  /** The record before this start, of a run that was to be resumed. */
  readonly before: RemoteRunRecord | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Returns what to throw when the process of a run was never heard of, and what becomes of the run's record. */
export function failedStart(
  error: unknown,
  { trainingRunId, compute: { kind }, wasAsked, before, now }: FailedStart,
): { readonly failure: unknown; readonly changes: Partial<RunRecord> } {
  const isInterrupted = GymError.is(error) && error.boundary === 'interrupted'
  if (wasAsked && isInterrupted && error.code === MAY_START) {
    const message = `run ${trainingRunId} was called off while ${kind} looked for its machine, and ${kind} did not confirm its end: it may still start, and cost money; end it with: training-gym stop ${trainingRunId}`
    // It stays a run that goes on, until it is stopped or found to be nowhere.
    return { failure: new GymError(error.boundary, error.code, message, { cause: error }), changes: { error: message } }
  }
  const changes: Partial<RunRecord> = {
    state: isInterrupted ? 'interrupted' : 'failed',
    error: `it was not started: ${messageOf(error)}`,
    finishedAt: now,
    ...(before !== undefined && { remote: before.remote }),
  }
  return { failure: error, changes }
}
