import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStore } from '../store/open-store.js'
import type { RunRecord } from '../store/records.js'
import { interruptRun } from '../training/interrupt-run.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: string
const running = new Set<ChildProcess>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-stop-here-'))
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function start(...args: readonly string[]) {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env
  const child = spawn(process.execPath, [main, ...args, '--home', 'home'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part))
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return { code, output }
  })
  return { child, ended }
}

/** Starts a run of the command line whose reward keeps the process busy in the second rollout, until it is let go. */
async function heldRun() {
  const config = `import { existsSync, writeFileSync } from 'node:fs'
    import { defineConfig, GrpoRecipe, HaikuTopics } from 'training-gym'
    let n = 0
    const hold = () => { writeFileSync('held', ''); while (!existsSync('go')); }
    const sizes = { numRollout: 9, rolloutBatchSize: 2, nSamplesPerPrompt: 2, rolloutMaxResponseLen: 8 }
    export default defineConfig({
      model: 'tiny-poet',
      dataset: new HaikuTopics({ nRows: 4 }),
      reward: ({ response }) => { n += 1; if (n === 5) hold(); return response.length },
      recipe: new GrpoRecipe({ ...sizes, truncatedSamples: 'keep', saveInterval: 9, rewardTimeLimitMs: 100_000 }),
    })`
  await writeFile(join(folder, 'gym.config.ts'), config)
  const train = start('train')
  await vi.waitUntil(() => existsSync(join(folder, 'held')), { timeout: 60_000, interval: 20 })
  const home = join(folder, 'home')
  await using store = await openStore({ home })
  const [run] = await store.runs.list()
  const letGo = () => writeFile(join(folder, 'go'), '')
  return { ...train, home, run: run as RunRecord, letGo }
}

describe('stopping a run of the command line', { timeout: 120_000 }, () => {
  it('keeps what was trained however often it is asked to stop', async () => {
    const { ended, home, run, letGo } = await heldRun()
    expect([interruptRun(home, run), interruptRun(home, run)]).toEqual([true, false])
    await letGo()
    const { code, output } = await ended
    expect(output).toMatch(/^checkpoint \S+iter_000000[01]$/m)
    expect(code).toBe(130)
  })

  it('says that the run was asked before, and waits for it', async () => {
    const { ended, home, run, letGo } = await heldRun()
    expect(interruptRun(home, run)).toBe(true)
    const stop = start('stop', 'latest')
    let told = ''
    stop.child.stderr.on('data', (part) => (told += part))
    await vi.waitUntil(() => told.includes('\n') || stop.child.exitCode !== null, { timeout: 60_000, interval: 20 })
    await letGo()
    expect((await ended).code).toBe(130)
    const { code, output } = await stop.ended
    expect(code).toBe(0)
    expect(output).toContain(
      `run ${run.trainingRunId} was asked to stop before and has not ended yet; waiting for it (to end it without saving: kill -INT ${run.pid})`,
    )
    expect(output).toContain(`run ${run.trainingRunId} is interrupted, with `)
  })

  it('ends at once at further signals of its own, and says what is lost without speaking of a script', async () => {
    const { child, ended, home, run, letGo } = await heldRun()
    // The mark is there before the signal is sent, so this says when it was: the run must not be over by then.
    const preload = `const { kill } = process
      process.kill = (pid, signal) => {
        const isSent = kill.call(process, pid, signal)
        if (signal === 'SIGINT') require('node:fs').writeFileSync('asked', '')
        return isSent
      }`
    await writeFile(join(folder, 'says-when.cjs'), preload)
    vi.stubEnv('NODE_OPTIONS', `--require="${join(folder, 'says-when.cjs')}"`)
    const stop = start('stop', 'latest')
    vi.unstubAllEnvs()
    await vi.waitUntil(() => existsSync(join(folder, 'asked')), { timeout: 60_000, interval: 20 })
    expect(existsSync(join(home, 'runs', run.trainingRunId, 'stop-asked'))).toBe(true)
    // Either counts as a second one; of the same signal two might be delivered as one.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) child.kill(signal)
    await letGo()
    expect((await ended).output).not.toContain('checkpoint')
    const { code, output } = await stop.ended
    expect(code).toBe(0)
    expect(output).toMatch(
      /^run (run-\S+) is interrupted, with 1 of 9 rollouts done\nit ended without saving: it has no checkpoint; the rest is done again when it is resumed\n\nNext: {2}training-gym train --resume \1\n$/,
    )
  })
})
