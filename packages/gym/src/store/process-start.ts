import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Returns what the system says of when a process started, or null when there is none. Ids of processes are used again:
 * an id and its start together are not.
 */
export function processStart(pid: number): string | null {
  if (process.platform === 'linux') return fromProc(pid)
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 }).trim() || null
  } catch {
    return null
  }
}

/** Clock ticks since the start of the machine, field 22 of /proc/PID/stat; a zombie has ended. */
function fromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets itself; state is the third field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
