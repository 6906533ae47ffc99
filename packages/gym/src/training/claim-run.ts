import { GymError, messageOf } from '../errors.js'
import type { RunRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import { recordRunProcess } from './interrupt-run.js'
import { requireSameConfig } from './run-config.js'

/** Runs that this process trains just now. Another that names this process has ended without its record, as on a full disk. */
const underWay = new Set<string>()

/**
 * Keeps that this process trains a run, until the claim is disposed of.
 *
 * @throws GymError `not-writable` (store) where that cannot be kept: the run has failed before it began.
 */
export async function claimRun(
  store: Store,
  home: string,
  trainingRunId: string,
  signal: AbortSignal,
): Promise<Disposable> {
  try {
    const recorded = recordRunProcess(home, trainingRunId, { signal })
    underWay.add(trainingRunId)
    return {
      [Symbol.dispose]: () => {
        underWay.delete(trainingRunId)
        recorded[Symbol.dispose]()
      },
    }
  } catch (error) {
    const changes = { state: 'failed', finishedAt: Date.now(), error: messageOf(error), pid: null } as const
    await store.runs.update(trainingRunId, changes)
    throw error
  }
}

/**
 * Takes up a run that has ended early, in the configuration that it had.
 *
 * @throws GymError `not-resumable` or `resume-differs` (config).
 */
export async function reopenRun(store: Store, reference: string, config: Record<string, unknown>): Promise<RunRecord> {
  const trainingRunId = await store.findRun(reference)
  const run = (await store.runs.get(trainingRunId)) as RunRecord
  const refused = (why: string) => new GymError('config', 'not-resumable', `run ${trainingRunId} ${why}`)
  if (run.state === 'completed') throw refused('is complete; train on from its checkpoint instead')
  const isLost = run.pid === process.pid && !underWay.has(trainingRunId)
  if (run.state === 'running' && !isLost) {
    throw refused(`is running in process ${run.pid}; stop that process first`)
  }
  requireSameConfig(run, config)
  if (isLost) await store.runs.update(trainingRunId, { state: 'interrupted', pid: null })
  if (await store.runs.reopen(trainingRunId, process.pid)) return run
  throw refused('was resumed by another process in this moment; stop that process first')
}
