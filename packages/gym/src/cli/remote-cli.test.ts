import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isCompleteCheckpoint } from '@training-gym/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RemoteWorld, startRemoteWorld } from '../training/remote/remote-runs.test.support.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const support = new URL('../../dist/training/remote/remote-runs.test.support.js', import.meta.url).href
const library = new URL('../../dist/index.js', import.meta.url).href

let world: RemoteWorld
beforeAll(async () => {
  world = await startRemoteWorld()
  const env = JSON.stringify({ STAND_IN_FAULT: 'hang:2', STAND_IN_FAULT_ONCE: join(world.folder, 'hung') })
  const config = `import { modal, SlimeRecipe } from ${JSON.stringify(library)}
import { lengthReward, tinyDataset, tinyModel, tinyRecipe } from ${JSON.stringify(support)}
export default {
  model: tinyModel,
  dataset: tinyDataset,
  evalDataset: tinyDataset,
  recipe: new SlimeRecipe({ ...tinyRecipe, evalInterval: 2, env: ${env}, customRmFunction: lengthReward }),
  compute: modal(),
}
`
  await writeFile(join(world.folder, 'gym.config.mjs'), config)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

function start(...args: readonly string[]): ChildProcess {
  const env = { ...process.env, ...world.modal.env, TRAINING_GYM_HOME: world.home, NO_COLOR: '1' }
  return spawn(process.execPath, [main, ...args], { cwd: world.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Waits for the end of a command; presses Ctrl-C when `interruptOn` is in what it said. */
async function finish(child: ChildProcess, interruptOn?: RegExp) {
  let isInterrupted = false
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (piece) => {
      said[name] += piece
      // A second Ctrl-C would end it without a word.
      if (!isInterrupted && interruptOn?.test(said.stderr)) isInterrupted = child.kill('SIGINT')
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...said }
}

const run = (...args: readonly string[]) => finish(start(...args))

it('lets go of a run, finds it again, shows, stops, resumes and downloads it', { timeout: 300_000 }, async () => {
  const left = await finish(start('train', '--config', 'gym.config.mjs'), /^checkpoint /m)
  expect(left.code).toBe(130)
  expect(left.stderr).toMatch(/interrupted: no longer watching run run-.*come back with: training-gym attach run-/)
  expect(left.stderr).not.toContain('Continue it')

  const table = (await run('ps')).stdout
  expect(table).toMatch(/run +state +where +GPUs +rollouts +started +held +cost/)
  expect(table).toMatch(/running +modal +H100:1 +2\/3 .* s +\$0\.\d\d/)
  expect((await run('logs', 'latest')).stdout).toMatch(/rollout 1: \{/)
  const watched = await finish(start('attach', 'latest'), /^checkpoint /m)
  expect(watched).toMatchObject({ code: 130, stdout: '' })

  expect((await run('stop', 'latest')).stdout).toMatch(
    /^run run-\S+ is interrupted, with 2 of 3 rollouts done\n\nNext: {2}training-gym train --resume run-/,
  )
  const resumed = await run('train', '--config', 'gym.config.mjs', '--resume', 'latest')
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(resumed.stderr).toMatch(/resuming run run-\S+ after rollout 2/)
  expect(resumed.stdout).toMatch(/Next:\n {2}training-gym checkpoints run-\S+ --download/)

  const { steps } = JSON.parse((await run('runs', 'latest', '--json')).stdout)
  expect(steps.map((step: object) => ['evaluationBefore' in step, 'evaluation' in step])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ])
  expect((await run('runs', 'latest')).stdout).toMatch(
    /held out, .*: mean score -[\d.]+.* -> -[\d.]+.*, evaluated 2 times/,
  )

  const copied = JSON.parse((await run('checkpoints', 'latest', '--download', '--json')).stdout)
  expect(copied.checkpoint.name).toBe('iter_0000002')
  expect(await isCompleteCheckpoint(copied.checkpoint.path)).toBe(true)
})
