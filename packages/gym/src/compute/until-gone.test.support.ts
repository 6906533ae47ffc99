import { readFile } from 'node:fs/promises'
import { isProcessAlive } from '../store/process-liveness.js'

/** Waits until a process is gone. A zombie counts: nobody but its parent can take it away. */
export async function untilGone(pid: number): Promise<void> {
  while (isProcessAlive(pid) && !(await isZombie(pid))) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function isZombie(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
}
