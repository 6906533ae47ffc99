import type { DeploymentRecord } from '../../store/records.js'

/** Returns what the GPUs of a deployment have cost until `now`, US dollars; null where that is not known. */
export function servingCost({ remote, stoppedAt }: DeploymentRecord, now: number): number | null {
  if (remote === undefined || remote.costPerHour === null || remote.startedAt === null) return null
  const hours = Math.max(0, (stoppedAt ?? now) - remote.startedAt) / 3_600_000
  return Math.round(hours * remote.costPerHour * 100) / 100
}
