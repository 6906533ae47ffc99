import { pause } from '../compute/interrupted.js'
import { GymError } from '../errors.js'
import type { OnProgress } from '../progress.js'
import type { RunRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import { interruptRun } from '../training/interrupt-run.js'

/** Pause between two looks whether the run has ended, milliseconds. */
const POLL_MS = 250

/**
 * Asks a run of this machine to end as Ctrl-C in its terminal does, or says that it was asked before; waits until it has
 * ended, and returns its record; null when the reference means none of this machine.
 *
 * @throws GymError `not-running` (config), `not-ours` (engine), and 'interrupted' when the signal ends the wait.
 */
export async function stopHere(
  reference: string,
  {
    store,
    home,
    signal,
    onProgress,
  }: {
    readonly store: Store
    readonly home: string
    readonly signal: AbortSignal
    readonly onProgress: OnProgress
  },
): Promise<RunRecord | null> {
  const find = async (wanted: string) => await store.runs.get(await store.findRun(wanted))
  const run = await find(reference).catch((error: unknown) => {
    // It may be known elsewhere only.
    if (GymError.is(error) && error.code === 'no-such-record') return undefined
    throw error
  })
  if (run === undefined || run.remote !== undefined) return null
  if (!interruptRun(home, run)) {
    const message = `run ${run.trainingRunId} was asked to stop before and has not ended yet; waiting for it (to end it without saving: kill -INT ${run.pid})`
    onProgress({ kind: 'notice', message })
  }
  for (;;) {
    const now = await store.runs.get(run.trainingRunId)
    if (now === undefined || now.state !== 'running') return now ?? run
    await pause(POLL_MS, `the wait for run ${run.trainingRunId}`, signal)
  }
}
