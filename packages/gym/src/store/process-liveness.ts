import { processStart } from './process-start.js'

/** Tells whether a process with this id, and of this start where one is given, exists on this machine. */
export type IsAlive = (pid: number, start?: string | null) => boolean

/**
 * Asks the operating system; a process of another user (EPERM) counts as alive. Of another start it is another process: ids
 * are used again, after a restart of the machine or, in a container, by the very process that asks.
 */
export const isProcessAlive: IsAlive = (pid, start = null) => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return start === null || (processStart(pid) ?? start) === start
}

/** The process that a record depends on, as columns hold it. */
export interface ProcessColumns {
  readonly pid: number | null
  /** What the system says of its start; null where it says nothing, or was not asked yet by older versions. */
  readonly pidStart: string | null
}

/** Makes the columns for a process, and none where the process is not to change. */
export function processColumns(pid: number | null): ProcessColumns
export function processColumns(pid: number | null | undefined): ProcessColumns | undefined
export function processColumns(pid: number | null | undefined): ProcessColumns | undefined {
  return pid === undefined ? undefined : { pid, pidStart: pid === null ? null : processStart(pid) }
}

/** Tells whether a record depends on a process that is gone. */
export function isLeftBehind({ pid, pidStart }: ProcessColumns, isAlive: IsAlive): boolean {
  return pid !== null && !isAlive(pid, pidStart)
}
