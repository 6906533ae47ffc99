import type { Compute } from '../../compute/compute.js'
import { openHost } from '../../compute/open-host.js'
import { gymHome } from '../../store/home.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import { settleUnknown } from './catch-up.js'
import { followRun } from './follow-run.js'
import { listRemoteRuns } from './list-remote-runs.js'
import { requireRemote, withLatestStart } from './remote-start.js'
import { processName } from './run-process.js'

export interface StopOptions {
  /** Places to look for a run that the store does not know, e.g. `[modal()]`, besides those of the store's runs. */
  readonly computes?: readonly Compute[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string | undefined
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: (() => number) | undefined
}

/**
 * Stops a run that trains elsewhere, reads what it said to the end, and returns its record, which is null for an orphan: a
 * run that goes on somewhere but is in no store. One that has ended already is left as it is; others can be resumed from
 * their last checkpoint. Takes a run's id, a unique part of it, or `latest`; of an orphan the whole id.
 *
 * @throws GymError `not-remote` (config) for a run of this machine.
 */
export async function stopRun(reference: string, options: StopOptions = {}): Promise<RunRecord | null> {
  const { home = gymHome(), signal = new AbortController().signal, clock = Date.now } = options
  await using store = await openStore({ home })
  let trainingRunId: string
  try {
    trainingRunId = await store.findRun(reference)
  } catch (error) {
    if (await stopOrphan(reference, { ...options, home })) return null
    throw error
  }
  const found = requireRemote((await store.runs.get(trainingRunId)) as RunRecord)
  await using host = await openHost(found.remote.compute, { home })
  const process = await host.attach(found.remote.process, signal)
  if (process === null) return found.state === 'running' ? await settleUnknown({ store, clock }, found) : found
  const wasRunning = (await process.poll(signal)) === null
  if (!wasRunning && found.state !== 'running') return found
  // Kept before it is done, so that whoever watches knows why it ended.
  const remote = wasRunning ? withLatestStart(found.remote, { stopAskedAt: clock() }) : found.remote
  await store.runs.update(trainingRunId, { remote })
  await process.stop()
  const record = { ...found, remote }
  await followRun({ host, store, signal, clock, process, record, onProgress: () => undefined })
  return (await store.runs.get(trainingRunId)) ?? record
}

/** Stops a run that no store knows; false when there is none of this id. */
async function stopOrphan(trainingRunId: string, options: StopOptions & { readonly home: string }): Promise<boolean> {
  const { home, signal } = options
  const orphans = (await listRemoteRuns(options)).filter(({ state }) => state === 'orphan')
  const orphan = orphans.find((run) => run.trainingRunId === trainingRunId)
  if (orphan === undefined) return false
  await using host = await openHost(orphan.compute, { home })
  const process = await host.attach({ kind: host.kind, name: processName(trainingRunId) }, signal)
  await process?.stop()
  return process !== null
}
