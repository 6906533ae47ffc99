import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processStart } from '../../store/process-start.js'

/** Writes, as the guard, that the program runs. */
export function recordStart(folder: string, guardPid: number, programPid: number): void {
  const identity = (pid: number) => ({ pid, start: processStart(pid) })
  writeWhole(folder, 'started.json', { guard: identity(guardPid), program: identity(programPid) })
}

/** Writes how the program ended. */
export function recordExit(folder: string, code: number): void {
  writeWhole(folder, 'exit.json', { code })
}

/** Writes a JSON file that appears whole or not at all, for this user only. */
export function writeWhole(folder: string, name: string, value: unknown): void {
  const unfinished = join(folder, `${name}.${process.pid}.part`)
  writeFileSync(unfinished, JSON.stringify(value), { mode: 0o600 })
  renameSync(unfinished, join(folder, name))
}
