import { openHost } from '../../compute/open-host.js'
import { consoleProgress } from '../../console/console-progress.js'
import { GymError } from '../../errors.js'
import type { OnProgress } from '../../progress.js'
import { gymHome } from '../../store/home.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import type { TrainResult } from '../train-result.js'
import { settleUnknown } from './catch-up.js'
import { finishRun } from './finish-run.js'
import { latestStart, requireRemote, withLatestStart } from './remote-start.js'

export interface AttachOptions {
  /** Lets go of the run, which goes on. */
  readonly signal?: AbortSignal | undefined
  /** Told what happens. Default: progress on standard error; `() => {}` for silence. */
  readonly onProgress?: OnProgress | undefined
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string | undefined
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: (() => number) | undefined
}

/**
 * Watches a run that trains elsewhere, from its first line to its end, and returns what `train()` would have returned.
 * Takes a run's id, a unique part of it, or `latest`.
 *
 * @throws GymError as `train()` does; `run-unknown-there` (provider) when the host knows nothing of it.
 *
 * @example
 * const { checkpoint } = await attachRun('latest')
 */
export async function attachRun(reference: string, options: AttachOptions = {}): Promise<TrainResult> {
  const { home = gymHome(), signal = new AbortController().signal, clock = Date.now } = options
  const { onProgress, end } = await consoleProgress(options.onProgress)
  try {
    await using store = await openStore({ home })
    const trainingRunId = await store.findRun(reference)
    const record = requireRemote((await store.runs.get(trainingRunId)) as RunRecord)
    await using host = await openHost(record.remote.compute, { home })
    const process = await host.attach(record.remote.process, signal)
    if (process === null) {
      const { error } = record.state === 'running' ? await settleUnknown({ store, clock }, record) : record
      throw new GymError('provider', 'run-unknown-there', error ?? `run ${trainingRunId} is no longer known there`)
    }
    const { startedAt } = latestStart(record.remote)
    // The client that started it died before it could keep what it got.
    const remote = withLatestStart(
      { ...record.remote, process: process.reference },
      { startedAt: startedAt ?? record.createdAt },
    )
    if (startedAt === null) await store.runs.update(trainingRunId, { remote, state: 'running' })
    return await finishRun({ host, store, signal, onProgress, clock, process, record: { ...record, remote } })
  } finally {
    end()
  }
}
