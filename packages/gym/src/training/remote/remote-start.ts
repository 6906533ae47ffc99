import { GymError } from '../../errors.js'
import type { RemoteRun, RemoteStart, RunRecord } from '../../store/records.js'

/** A record of a run that trains elsewhere. */
export type RemoteRunRecord = RunRecord & { readonly remote: RemoteRun }

/**
 * Makes sure that a run trains elsewhere.
 *
 * @throws GymError `not-remote` (config) for one of this machine.
 */
export function requireRemote(run: RunRecord): RemoteRunRecord {
  const { remote } = run
  if (remote !== undefined) return { ...run, remote }
  const message = `run ${run.trainingRunId} trains on this machine, in the process that started it; see what it says with: training-gym logs ${run.trainingRunId} --follow`
  throw new GymError('config', 'not-remote', message)
}

/** Returns the latest start of a run. */
export function latestStart({ starts }: RemoteRun): RemoteStart {
  return starts.at(-1) ?? { startRollout: 0, startedAt: null, endedAt: null, exitCode: null }
}

/** Changes what is known of the latest start. */
export function withLatestStart(remote: RemoteRun, changes: Partial<RemoteStart>): RemoteRun {
  return { ...remote, starts: [...remote.starts.slice(0, -1), { ...latestStart(remote), ...changes }] }
}

/** Returns the hours that the machines of a run were held until `now`, over all its starts. */
export function hoursOf({ starts }: RemoteRun, now: number): number {
  const spans = starts.map(({ startedAt, endedAt }) => (startedAt === null ? 0 : (endedAt ?? now) - startedAt))
  return spans.reduce((sum, span) => sum + Math.max(0, span), 0) / 3_600_000
}

/** Returns what the GPUs of a run have cost until `now`, US dollars; null where the price is not known. */
export function costOf(remote: RemoteRun, now: number): number | null {
  return remote.costPerHour === null ? null : Math.round(hoursOf(remote, now) * remote.costPerHour * 100) / 100
}
