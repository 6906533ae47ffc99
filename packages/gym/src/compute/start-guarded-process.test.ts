import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isProcessAlive } from '../store/process-liveness.js'
import { commandLineOf } from './command-line-of.js'
import { startGuardedProcess } from './start-guarded-process.js'
import { toldToEndAtStart } from './told-to-end-at-start.test.support.js'
import { untilGone } from './until-gone.test.support.js'

let folder: string
let logFile: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guarded-'))
  logFile = join(folder, 'guarded.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const guard = (script: string, label = 'dep-test', env: Readonly<Record<string, string>> = {}) =>
  startGuardedProcess({
    name: 'probe',
    label,
    command: process.execPath,
    args: ['-e', script],
    env,
    logFile,
    graceMs: 100,
  })

/** Waits until the program has written its first line, and returns it. */
async function firstLine(): Promise<string> {
  for (;;) {
    const [line, rest] = (await readFile(logFile, 'utf8').catch(() => '')).split('\n')
    if (line !== undefined && rest !== undefined) return line
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('a guarded process', () => {
  it('ends as its program ends, and logs both of its outputs', async () => {
    const failing = await guard('console.log("out"); console.error("err"); process.exitCode = 7')
    expect(await failing.exited).toEqual({ code: 7, signal: null })
    expect(await failing.readTail()).toBe('out\nerr')
    const killed = await guard('process.kill(process.pid, "SIGKILL")')
    expect(await killed.exited).toEqual({ code: 137, signal: null })
  })

  it('ends what its program leaves behind', async () => {
    const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'
    const guarded = await guard(
      `const { spawn } = require("node:child_process")
       console.log(spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}]).pid); process.exit(3)`,
    )
    expect(await guarded.exited).toEqual({ code: 3, signal: null })
    await untilGone(Number(await firstLine()))
  })

  it('passes SIGTERM on and ends with a program that obeys', async () => {
    const guarded = await guard(
      'process.on("SIGTERM", () => process.exit(0)); console.log("up"); setInterval(() => {}, 9)',
    )
    expect(await firstLine()).toBe('up')
    expect(await guarded.stop()).toEqual({ code: 0, signal: null })
  })

  it('ends its program also when it is told to in the moment that it starts it', async () => {
    const moment = await toldToEndAtStart(folder)
    const guarded = await guard('setInterval(() => {}, 1000)', 'dep-test', moment.env)
    expect(await guarded.exited).toEqual({ code: 143, signal: null })
    await untilGone(await moment.startedPid())
  })

  it('can be told from other processes by its label', async () => {
    const guarded = await guard('console.log(process.pid); setInterval(() => {}, 1000)', 'dep-20-abc')
    const program = Number(await firstLine())
    expect(await commandLineOf(guarded.pid)).toContain('--label=dep-20-abc')
    expect(await commandLineOf(program)).not.toContain('dep-20-abc')
    expect(isProcessAlive(program)).toBe(true)
    await guarded.stop()
    await untilGone(program)
    expect(await commandLineOf(guarded.pid)).toBeNull()
  })
})
