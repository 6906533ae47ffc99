import { GymError } from '../errors.js'
import type { RunningProcess } from './host.js'

/** Reads the last lines of what a process has written up to now, for a message; whatever can be had in `limitMs`. */
export async function lastLines(process: RunningProcess, count = 50, limitMs = 3000): Promise<string> {
  const lines: string[] = []
  try {
    for await (const line of process.output(AbortSignal.timeout(limitMs))) {
      lines.push(line)
      if (lines.length > count) lines.shift()
    }
  } catch (error) {
    // A message is better short than missing.
    if (!GymError.is(error)) throw error
  }
  return lines.join('\n')
}

/** Makes the error for a process that ended, or did not get ready in time, with its last lines. */
export async function notReady(process: RunningProcess, what: string): Promise<GymError> {
  const tail = await lastLines(process)
  const end = tail === '' ? 'it has written nothing' : `its last lines:\n${tail}`
  return new GymError('provider', 'not-ready', `process "${process.reference.name}" ${what}; ${end}`)
}
