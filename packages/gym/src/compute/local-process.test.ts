import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isProcessAlive } from '../store/process-liveness.js'
import { type LocalProcessOptions, startLocalProcess } from './local-process.js'
import { readTail } from './read-tail.js'
import { stopProcess } from './stop-process.js'
import { untilGone } from './until-gone.test.support.js'

/** Plain Node cannot import TypeScript: the parent scripts use what was built. */
const builtModule = new URL('../../dist/compute/local-process.js', import.meta.url).href

let folder: string
let logFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-process-'))
  logFile = join(folder, 'logs', 'one.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs a piece of JavaScript as a process. */
const start = (script: string, options: Partial<LocalProcessOptions> = {}) =>
  startLocalProcess({ name: 'probe', command: process.execPath, args: ['-e', script], logFile, ...options })

/** Starts a script that stays, and waits for its first line. */
async function startAndWait(script: string, options: Partial<LocalProcessOptions> = {}) {
  let take = (_: string): void => undefined
  const firstLine = new Promise<string>((resolve) => {
    take = resolve
  })
  const probe = await start(`${script}; setInterval(() => {}, 1000)`, { onLine: (line) => take(line), ...options })
  return { probe, line: await firstLine }
}

describe('startLocalProcess', () => {
  it('hands over the lines of stdout, logs stderr and tells the exit code', async () => {
    const lines: string[] = []
    const probe = await start(
      'console.log("one\\ntwo é"); process.stdout.write("no break"); console.error("oops"); process.exitCode = 7',
      {
        onLine: (line) => lines.push(line),
        env: { PROBE: '1' },
      },
    )
    expect(await probe.exited).toEqual({ code: 7, signal: null })
    expect(probe.exit).toEqual({ code: 7, signal: null })
    expect(lines).toEqual(['one', 'two é'])
    expect(await probe.readTail()).toBe('oops')
  })

  it('logs stdout as well when nobody takes its lines, and appends', async () => {
    await (await start('console.log(process.env.PROBE)', { env: { PROBE: 'first' } })).exited
    await (await start('console.log("second")')).exited
    expect(await readFile(logFile, 'utf8')).toBe('first\nsecond\n')
  })

  it('says which program is missing', async () => {
    await expect(start('', { command: 'no-such-program' })).rejects.toMatchObject({
      boundary: 'config',
      code: 'program-missing',
      message: 'cannot start the probe: there is no program "no-such-program"; install it or give its full path',
    })
  })

  it('says when the log cannot be written', async () => {
    await expect(start('', { logFile: join(process.execPath, 'x.log') })).rejects.toMatchObject({
      boundary: 'store',
      code: 'log-not-writable',
    })
  })

  it('stops a process that ends when asked', async () => {
    const { probe } = await startAndWait('process.on("SIGTERM", () => process.exit(5)); console.log("up")')
    expect(await probe.stop()).toEqual({ code: 5, signal: null })
    expect(await probe.stop()).toEqual({ code: 5, signal: null })
  })

  it('kills a process that does not end when asked, and what it started', async () => {
    const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'
    const { probe, line } = await startAndWait(
      `process.on("SIGTERM", () => {}); const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}]); console.log(child.pid)`,
    )
    expect(isProcessAlive(Number(line))).toBe(true)
    expect(await probe.stop({ graceMs: 50 })).toEqual({ code: null, signal: 'SIGKILL' })
    await untilGone(Number(line))
  })

  it('stops when its signal aborts', async () => {
    const controller = new AbortController()
    const { probe } = await startAndWait('console.log("up")', { signal: controller.signal })
    controller.abort()
    expect(await probe.exited).toEqual({ code: null, signal: 'SIGTERM' })
    await expect(start('', { signal: controller.signal })).rejects.toThrow('aborted')
  })

  it('takes a line of any length without keeping all of it', async () => {
    const { probe, line } = await startAndWait('console.log("x".repeat(1_000_000))')
    expect(line).toHaveLength(65_536)
    await probe.stop()
  })

  it('does not keep its parent from ending, once told so', async () => {
    const script = `import { startLocalProcess } from ${JSON.stringify(builtModule)}
      const child = await startLocalProcess({ name: 'x', command: process.execPath, logFile: ${JSON.stringify(logFile)},
        args: ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], onLine: () => { child.unref(); console.log(child.pid) } })`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let pid = ''
    for await (const chunk of parent.stdout) pid += chunk
    expect(Number(pid)).toBeGreaterThan(0)
    await untilGone(Number(pid))
  })
})

describe('stopProcess', () => {
  it.each([
    ['asks first', 'process.on("SIGTERM", () => process.exit(0)); console.log("up")', 5000, { code: 0, signal: null }],
    [
      'kills after the grace',
      'process.on("SIGTERM", () => {}); console.log("up")',
      40,
      { code: null, signal: 'SIGKILL' },
    ],
  ])('%s', async (_, script, graceMs, exit) => {
    const { probe } = await startAndWait(script)
    await stopProcess(probe.pid, { graceMs, pollMs: 10, hasEnded: async () => !isProcessAlive(probe.pid) })
    expect(await probe.exited).toEqual(exit)
    await stopProcess(probe.pid, { graceMs, hasEnded: async () => false })
  })
})

describe('readTail', () => {
  it('reads whole lines from the end, and nothing of a file that is not there', async () => {
    const file = join(folder, 'tail.log')
    await writeFile(file, 'first line\nsecond line\nthird\n')
    expect(await readTail(file)).toBe('first line\nsecond line\nthird')
    expect(await readTail(file, 15)).toBe('third')
    expect(await readTail(join(folder, 'none.log'))).toBe('')
  })
})
