import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Sends SIGTERM to the Node program that loads it within the very call by which it starts another one. */
const preload = `const childProcess = require('node:child_process')
const { spawn } = childProcess
childProcess.spawn = (...args) => {
  const child = spawn(...args)
  require('node:fs').writeFileSync(process.env.STARTED_PID, String(child.pid))
  process.kill(process.pid, 'SIGTERM')
  return child
}
require('node:module').syncBuiltinESMExports()
`

/** A moment that no timing hits for certain: a program is told to end when it has just started another one. */
export interface ToldToEndAtStart {
  /** Variables by which a Node program meets it. */
  readonly env: Readonly<Record<string, string>>
  /** Process id of what it had started. */
  startedPid(): Promise<number>
}

/** Prepares that moment with files in this folder. */
export async function toldToEndAtStart(folder: string): Promise<ToldToEndAtStart> {
  const program = join(folder, 'told-to-end.cjs')
  const pidFile = join(folder, 'started-pid')
  await writeFile(program, preload)
  return {
    env: { NODE_OPTIONS: `--require="${program}"`, STARTED_PID: pidFile },
    startedPid: async () => Number(await readFile(pidFile, 'utf8')),
  }
}
