import { GymError } from '../../errors.js'
import type { Checkpoint } from '../checkpoint.js'
import type { TrainResult } from '../train-result.js'
import { type FollowOptions, followRun } from './follow-run.js'
import { listAndKeep } from './list-and-keep.js'
import { hoursOf, requireRemote } from './remote-start.js'

type ResultParts = Pick<FollowOptions, 'host' | 'store' | 'record' | 'signal' | 'clock'>

/**
 * Follows a run to its end and returns what it left.
 *
 * @throws GymError that says how it ended, when it did not end well.
 */
export async function finishRun(options: FollowOptions): Promise<TrainResult> {
  const { failure } = await followRun(options)
  if (failure !== null) throw failure
  return await resultOf(options)
}

/** Returns what a run that is complete has left. */
export async function resultOf({ host, store, record, signal, clock }: ResultParts): Promise<TrainResult> {
  const { trainingRunId } = record
  const checkpoints = await listAndKeep({ host, store }, record, signal)
  const checkpoint: Checkpoint | undefined = checkpoints.at(-1)
  if (checkpoint === undefined) {
    const message = `run ${trainingRunId} ended well but left no complete checkpoint below ${record.remote.paths.checkpoints}; see its log: training-gym logs ${trainingRunId}`
    throw new GymError('provider', 'no-checkpoint', message)
  }
  const metrics = await store.runs.steps(trainingRunId)
  const { remote } = requireRemote((await store.runs.get(trainingRunId)) ?? record)
  return { trainingRunId, checkpoint, checkpoints, metrics, seconds: hoursOf(remote, clock()) * 3600 }
}
