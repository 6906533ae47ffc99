import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const gym = new URL('../../dist/index.js', import.meta.url).href

let folder: string
const running = new Set<ChildProcess>()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-tutorial-'))
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** A program whose output can be waited for. */
function start(args: readonly string[]) {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const output = { stdout: '', stderr: '' }
  let tell = () => {}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (part) => {
      output[name] += part
      tell()
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child)
    tell()
    return { code: code ?? signal, ...output }
  })
  const said = (name: 'stdout' | 'stderr', pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      tell = () => {
        if (pattern.test(output[name])) resolve()
        else if (!running.has(child)) reject(new Error(`ended without ${pattern}: ${output.stdout}${output.stderr}`))
      }
      tell()
    })
  return { child, ended, said }
}

const cli = (...args: readonly string[]) => start([main, ...args])

describe('ending a tutorial, and a script', { timeout: 300_000 }, () => {
  it('saves the last rollout of the tutorial when it is stopped', async () => {
    const tutorial = cli('tutorial')
    await tutorial.said('stderr', /^ +1\/10 /m)
    const stop = await cli('stop', 'latest').ended
    expect(stop.stdout).toMatch(
      /^run (run-\S+) is interrupted, with \d+ of 10 rollouts done\n\nNext: {2}run its script again with train\(\{ resume: '\1' \}\)\n$/,
    )
    const { code, stderr } = await tutorial.ended
    expect(code).toBe(130)
    expect(stderr).not.toContain('Warning')
    expect(stderr).toMatch(/^interrupted(?:: .+)? \(run run-\S+ can be continued/m)
    const list = JSON.parse((await cli('checkpoints', 'latest', '--json').ended).stdout)
    const { run } = JSON.parse((await cli('runs', 'latest', '--json').ended).stdout)
    expect(list.checkpoints.at(-1)).toMatchObject({ rolloutId: run.rolloutsDone - 1 })
  })

  it('says nothing on the way with --quiet, and ends its evaluation at Ctrl-C', async () => {
    const tutorial = cli('tutorial', '--quiet')
    await tutorial.said('stdout', /^Base model deployed to /m)
    tutorial.child.kill('SIGINT')
    const { code, stdout, stderr } = await tutorial.ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/^Base model deployed to \S+\n$/)
    expect(stderr).toMatch(/^\nstopping cleanly; press Ctrl-C again to stop at once\ninterrupted.*\n$/)
  })

  it('says what is lost of a script that does not save when it is stopped', async () => {
    const script = `import { GrpoRecipe, HaikuTopics, TinyPoet, TrainConfig } from '${gym}'
      const sizes = { numRollout: 500, rolloutBatchSize: 2, nSamplesPerPrompt: 2, rolloutMaxResponseLen: 8 }
      const recipe = new GrpoRecipe({ ...sizes, saveInterval: 400, customRmFunction: ({ response }) => response.length })
      await new TrainConfig({ model: new TinyPoet(), dataset: new HaikuTopics(), recipe }).train()`
    await writeFile(join(folder, 'script.mjs'), script)
    const own = start(['script.mjs'])
    await own.said('stderr', /^ +1\/500 /m)
    const stop = await cli('stop', 'latest').ended
    expect(stop.stdout).toMatch(
      /^run run-\S+ is \w+, with \d+ of 500 rollouts done\nit ended without saving: it has no checkpoint; /,
    )
    expect((await own.ended).code).toBe('SIGINT')
  })
})
