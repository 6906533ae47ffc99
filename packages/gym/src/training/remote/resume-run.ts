import { gymVolumes } from '../../compute/gym-volumes.js'
import type { ComputeHost } from '../../compute/host.js'
import { GymError } from '../../errors.js'
import type { OnProgress } from '../../progress.js'
import type { RunRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { noResume } from '../resume-hint.js'
import { requireSameConfig } from '../run-config.js'
import { catchUp } from './catch-up.js'
import { exportsUpTo, readTracker, remoteCheckpoints, savedPositions, TRACKER } from './remote-checkpoints.js'
import { hoursOf, type RemoteRunRecord, requireRemote } from './remote-start.js'

/** A run that is to be started again. */
export interface ResumedRun {
  readonly record: RemoteRunRecord
  /** First rollout that it will do; `numRollout` where there is nothing left to do. */
  readonly startRollout: number
  /** Hours that its machines were held before. */
  readonly hours: number
}

export interface ResumeWorld {
  readonly host: ComputeHost
  readonly store: Store
  readonly onProgress: OnProgress
  readonly clock: () => number
  readonly signal: AbortSignal
}

/**
 * Checks that a run can be started again where its last checkpoint left it. What its machine said unheard is read first, so
 * that nothing it measured is lost.
 *
 * @throws GymError `not-resumable` or `resume-differs` (config), `resume-damaged` (store) when it has exported weights but no
 * save to go on from: to start again would throw away what they have learned, so that is left to the user.
 */
export async function prepareResume(
  world: ResumeWorld,
  reference: string,
  config: RunRecord['config'],
): Promise<ResumedRun> {
  const { store, onProgress, clock } = world
  const trainingRunId = await store.findRun(reference)
  const known = requireRemote((await store.runs.get(trainingRunId)) as RunRecord)
  const record = known.state === 'running' ? await catchUp(world, known) : known
  const recipe = config.recipe as Readonly<Record<string, unknown>>
  const before = record.config.recipe as Readonly<Record<string, unknown>>
  // The end of a run is where it ends in all, not how much is added: it may move. What lets Megatron move it may be given.
  const { numRollout: end, overrideOptParamScheduler } = before
  requireSameConfig(record, { ...config, recipe: { ...recipe, numRollout: end, overrideOptParamScheduler } })
  const numRollout = typeof recipe.numRollout === 'number' ? recipe.numRollout : record.numRollout
  const startRollout = await nextRollout(world, record, numRollout)
  if (startRollout >= numRollout && record.state === 'completed') {
    const message = `run ${trainingRunId} has done its ${startRollout} rollouts; give a larger numRollout, which counts from the start, or begin a new run from its checkpoint`
    throw new GymError('config', 'not-resumable', message)
  }
  const where =
    startRollout === 0 ? 'from the start, since it has no checkpoint to go on from' : `after rollout ${startRollout}`
  onProgress({ kind: 'notice', message: `resuming run ${trainingRunId} ${where}` })
  return { record, startRollout, hours: hoursOf(record.remote, clock()) }
}

/**
 * Finds the rollout that slime will go on with. Where its last save is no good for that, its tracker is set back to the save
 * before: when the machine was lost between the save and its export after the last rollout, slime would find nothing left to
 * do and never export; when it was lost before the position in the dataset was kept, slime would begin with the first row.
 */
async function nextRollout(world: ResumeWorld, record: RemoteRunRecord, numRollout: number): Promise<number> {
  const { host, signal, onProgress } = world
  const { trainingRunId } = record
  const tracker = await readTracker(host, trainingRunId, signal)
  if (tracker === null) {
    await requireNoExport(world, record, `its folder has no ${TRACKER} that can be read`)
    return 0
  }
  const isLast = tracker + 1 >= numRollout
  if (isLast && (await remoteCheckpoints(host, record, signal)).at(-1)?.rolloutId === tracker) return tracker + 1
  const positions = await savedPositions(host, record, signal)
  const isWhole = (rollout: number) => positions === null || positions.has(rollout)
  if (!isLast && isWhole(tracker)) return tracker + 1
  const volume = host.volume(gymVolumes.checkpoints.mount.name)
  const saved = (await volume.list(trainingRunId, signal)).flatMap(({ name }) => {
    const rollout = Number(/^iter_(\d{7,})$/.exec(name)?.[1] ?? Number.NaN)
    return rollout < tracker && isWhole(rollout) ? [rollout] : []
  })
  const path = `${trainingRunId}/${TRACKER}`
  const last = saved.length === 0 ? null : Math.max(...saved)
  if (last !== null) await volume.put([{ path, content: String(last) }], signal)
  else if (isWhole(tracker)) throw onlyFurther(trainingRunId, tracker)
  else {
    const problem = 'none of its saves has its position in the dataset, without which slime begins with the first row'
    await requireNoExport(world, record, problem)
    await volume.remove(path, signal)
  }
  const lost = isLast
    ? 'was not exported before its machine was lost'
    : 'lacks its position in the dataset, since its machine was lost before slime kept it'
  const again = last === null ? 'all its rollouts' : 'the rollouts since the save before'
  const message = `the last save of run ${trainingRunId} ${lost}; ${again} are done again`
  onProgress({ kind: 'notice', message, isWarning: true })
  return last === null ? 0 : last + 1
}

/** Refuses to start a run again that exported weights, whatever a folder that may be missing says of its saves. */
async function requireNoExport({ host, signal }: ResumeWorld, record: RemoteRunRecord, problem: string): Promise<void> {
  const newest = (await exportsUpTo(Number.POSITIVE_INFINITY, host, record, signal)).at(-1)
  if (newest === undefined) return
  const message = `run ${record.trainingRunId} cannot be resumed: ${problem}; begin a new run from ${newest.name}, whose weights are whole, with --checkpoint ${newest.path} (in code: checkpoint)`
  throw new GymError('store', noResume, message)
}

/** Makes the error for a run whose only save is that of its last rollout: it can be trained on from there, not exported. */
function onlyFurther(trainingRunId: string, lastRollout: number): GymError {
  const message = `the only save that run ${trainingRunId} can go on from is that of its last rollout, which was not exported before its machine was lost; give a numRollout above ${lastRollout + 1}, and it goes on from there`
  return new GymError('config', 'not-resumable', message)
}
