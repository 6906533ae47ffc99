import { setTimeout as delay } from 'node:timers/promises'

export interface StopProcessOptions {
  /** Time between SIGTERM and SIGKILL, milliseconds. */
  readonly graceMs: number
  /** Tells whether the process has ended; asked every `pollMs`. */
  readonly hasEnded: () => Promise<boolean>
  /** Default 50. */
  readonly pollMs?: number
  readonly signal?: AbortSignal
}

/**
 * Ends a process that another one started: SIGTERM, then SIGKILL. The caller has made sure that the id still belongs to
 * the process that is meant.
 */
export async function stopProcess(pid: number, options: StopProcessOptions): Promise<void> {
  const { graceMs, hasEnded, pollMs = 50, signal } = options
  if (!send(pid, 'SIGTERM')) return
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += pollMs) {
    if (await hasEnded()) return
    await delay(pollMs, undefined, { signal })
  }
  send(pid, 'SIGKILL')
}

/** Returns false when there is no such process any more. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}
