import { GymError } from '../../errors.js'
import { followRun } from './follow-run.js'
import { latestStart, type RemoteRunRecord, requireRemote, withLatestStart } from './remote-start.js'
import type { ResumeWorld } from './resume-run.js'

/**
 * Brings the record of a run whose process has ended unwatched up to date, and returns it.
 *
 * @throws GymError `not-resumable` (config) while it still runs.
 */
export async function catchUp(world: ResumeWorld, record: RemoteRunRecord): Promise<RemoteRunRecord> {
  const { host, store, signal } = world
  const { trainingRunId, remote } = record
  const process = await host.attach(remote.process, signal)
  if (process === null) return await settleUnknown(world, record)
  if ((await process.poll(signal)) === null) {
    const message = `run ${trainingRunId} is running; watch it with: training-gym attach ${trainingRunId}, or stop it first`
    throw new GymError('config', 'not-resumable', message)
  }
  await followRun({ ...world, process, record, onProgress: () => undefined })
  return requireRemote((await store.runs.get(trainingRunId)) ?? record)
}

/** Settles a run of whose process the host knows nothing: it never started, or is long forgotten. */
export async function settleUnknown(
  { store, clock }: Pick<ResumeWorld, 'store' | 'clock'>,
  record: RemoteRunRecord,
): Promise<RemoteRunRecord> {
  const { trainingRunId } = record
  const { startedAt } = latestStart(record.remote)
  const finishedAt = clock()
  const error =
    startedAt === null
      ? `run ${trainingRunId} was never started: its client ended before it was; continue it with train({ resume })`
      : `run ${trainingRunId} has ended, and ${record.remote.compute.kind} has forgotten how; continue it with train({ resume })`
  const remote = startedAt === null ? record.remote : withLatestStart(record.remote, { endedAt: finishedAt })
  await store.runs.update(trainingRunId, { state: 'interrupted', finishedAt, error, remote })
  return requireRemote({ ...record, state: 'interrupted', finishedAt, error, remote })
}
