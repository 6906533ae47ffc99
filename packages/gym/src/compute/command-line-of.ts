import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** Reads the command line of a process of this machine; null when there is none, or the system does not tell. */
export async function commandLineOf(pid: number): Promise<string | null> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim() || null
  } catch {
    return process.platform === 'linux' ? null : askPs(pid)
  }
}

function askPs(pid: number): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { timeout: 5000 }, (error, stdout) => {
      resolve(error === null ? stdout.trim() || null : null)
    })
  })
}
