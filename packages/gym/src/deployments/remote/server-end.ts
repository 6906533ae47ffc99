import { EXIT_STOPPED, EXIT_TIMED_OUT, type RunningProcess } from '../../compute/host.js'
import { lastLines } from '../../compute/last-lines.js'
import type { DeploymentRecord } from '../../store/records.js'
import { EXIT_IDLE } from './serving-command.js'

/** How a server elsewhere ended. */
export interface ServerEnd {
  readonly state: 'stopped' | 'failed'
  /** What to tell, as one sentence with the next step. */
  readonly message: string
  /** True where nothing went wrong: it was asked to end, or had nothing to do. */
  readonly isExpected: boolean
}

/** Tells from the exit code of a server, and from whether somebody asked for its end, how it ended. */
export async function serverEnd(
  process: RunningProcess,
  code: number,
  { servedModelName, stoppedAt, remote }: Pick<DeploymentRecord, 'servedModelName' | 'stoppedAt' | 'remote'>,
): Promise<ServerEnd> {
  const who = `"${servedModelName}"`
  if (stoppedAt !== null) return { state: 'stopped', message: `${who} was stopped; serve it again`, isExpected: true }
  if (code === EXIT_IDLE) {
    const message = `${who} ended by itself after ${remote?.idleSeconds ?? 0} s without a request; serve it again, or give a larger idleSeconds`
    return { state: 'stopped', message, isExpected: true }
  }
  if (code === EXIT_TIMED_OUT) {
    const message = `${who} reached the longest life that its provider gives; serve it again`
    return { state: 'stopped', message, isExpected: false }
  }
  if (code === EXIT_STOPPED) {
    const message = `${who} was ended from outside the gym (exit code ${code}); serve it again`
    return { state: 'failed', message, isExpected: false }
  }
  const tail = await lastLines(process)
  const said = tail === '' ? 'it wrote nothing' : `its last lines:\n${tail}`
  return {
    state: 'failed',
    message: `the server of ${who} ended with exit code ${code}; serve it again; ${said}`,
    isExpected: false,
  }
}
