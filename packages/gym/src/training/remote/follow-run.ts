import type { RunningProcess } from '../../compute/host.js'
import { GymError } from '../../errors.js'
import type { OnProgress } from '../../progress.js'
import { secretHider } from '../recorded-secrets.js'
import { SlimeLog } from '../slime/log/slime-log.js'
import { describeEnd, type EndFacts, type RunEnd } from './describe-end.js'
import { costOf, latestStart, requireRemote, withLatestStart } from './remote-start.js'
import { RunRecorder, type RunRecorderOptions } from './run-recorder.js'

export interface FollowOptions extends RunRecorderOptions {
  readonly process: RunningProcess
}

/** Lines of output that are kept for the sentence about a failure. */
const TAIL_LINES = 20

/**
 * Reads a run's output from its first line to its end into the store, and settles how it ended. Reading it twice, or by two
 * clients at once, leaves the same. An abort only lets go of the run.
 *
 * @throws GymError `detached` (interrupted) on an abort; 'provider' when the output cannot be read any more.
 */
export async function followRun(options: FollowOptions): Promise<RunEnd> {
  const { process, record, signal, onProgress } = options
  const { trainingRunId, numRollout, model, remote } = record
  onProgress({ kind: 'train-start', trainingRunId, numRollout, model })
  // slime prints its arguments, keys among them; what is told and kept of its output has none.
  const hide = secretHider(record.config)
  const tell: OnProgress = (event) =>
    onProgress(event.kind === 'notice' ? { ...event, message: hide(event.message) } : event)
  const recorder = await RunRecorder.open({ ...options, onProgress: tell })
  const log = new SlimeLog({ ...remote.shape, startRollout: latestStart(remote).startRollout })
  const tail: string[] = []
  try {
    for await (const line of process.output(signal)) {
      if (line.trim() !== '' && !line.startsWith('GYM {')) tail.push(hide(line))
      if (tail.length > TAIL_LINES) tail.shift()
      for (const event of log.read(line)) await recorder.keep(event)
    }
    for (const event of log.finish()) await recorder.keep(event)
    const exitCode = await process.wait(signal)
    await recorder.importSamples()
    const { why, seconds, code: saidCode } = recorder.lastWords
    return await settle(options, { exitCode, saidCode, why: why === null ? null : hide(why), tail }, seconds)
  } catch (error) {
    throw stillRuns(error, trainingRunId, signal)
  }
}

async function settle(
  { store, record, clock, onProgress }: FollowOptions,
  facts: Pick<EndFacts, 'exitCode' | 'saidCode' | 'why' | 'tail'>,
  seconds: number | null,
): Promise<RunEnd> {
  const { trainingRunId } = record
  // Read anew: somebody else may have asked to stop it meanwhile.
  const current = requireRemote((await store.runs.get(trainingRunId)) ?? record)
  const start = latestStart(current.remote)
  const startedAt = start.startedAt ?? current.createdAt
  const endedAt = start.endedAt ?? (seconds === null ? clock() : Math.round(startedAt + seconds * 1000))
  const remote = withLatestStart(current.remote, { startedAt, endedAt, exitCode: facts.exitCode })
  const wasStopAsked = start.stopAskedAt !== undefined
  const end = describeEnd({ ...facts, trainingRunId, wasStopAsked })
  const costUsd = costOf(remote, endedAt)
  await store.runs.update(trainingRunId, {
    state: end.state,
    finishedAt: endedAt,
    error: end.failure?.message ?? null,
    remote,
    ...(costUsd !== null && { costUsd }),
  })
  if (end.failure === null) onProgress({ kind: 'train-end', trainingRunId, seconds: (endedAt - startedAt) / 1000 })
  return end
}

function stillRuns(error: unknown, trainingRunId: string, signal: AbortSignal): unknown {
  if (signal.aborted) return detached(trainingRunId)
  if (!GymError.is(error) || error.boundary !== 'provider') return error
  const message = `${error.message}; run ${trainingRunId} goes on there, come back with: training-gym attach ${trainingRunId}`
  return new GymError(error.boundary, error.code, message, { cause: error })
}

/** Makes the error of a client that has let go of a run. */
export function detached(trainingRunId: string): GymError {
  const message = `no longer watching run ${trainingRunId}, which goes on; come back with: training-gym attach ${trainingRunId}, end it with: training-gym stop ${trainingRunId}`
  return new GymError('interrupted', 'detached', message)
}
