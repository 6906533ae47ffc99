import { spawnSync } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ray } from '../../compute/compute.js'
import { type FakeRay, startFakeRay } from '../../compute/ray/fake/fake-ray.test.support.js'
import { openStore } from '../../store/open-store.js'
import type { PlayEpisode } from '../../trip.js'
import { SlimeRecipe, type SlimeRecipeOptions } from '../slime-recipe.js'
import { TrainConfig } from '../train-config.js'
import { lengthReward, timeless, tinyDataset, tinyModel, tinyRecipe } from './remote-runs.test.support.js'
import { writeStandInTrainer } from './stand-ins/write-stand-in-trainer.test.support.js'
import { stopRun } from './stop-run.js'

/** Scores what the model says first. */
const oneTurn: PlayEpisode = async ({ say }) => ({ score: (await say()).text.length })

let folder: string
let head: FakeRay
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'gym-ray-run-')))
  const bin = await writeStandInTrainer(join(folder, 'bin'))
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`)
  vi.stubEnv('SLIME_HOME', folder)
  vi.stubEnv('GYM_POLL', '0.1')
  head = await startFakeRay()
})
afterAll(async () => {
  await head.stop()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

it('trains as a job of a cluster that exists, stops, and resumes from its checkpoint', {
  timeout: 240_000,
}, async () => {
  const home = join(folder, 'home')
  let stopping: Promise<unknown> | undefined
  const train = (recipe: SlimeRecipeOptions, resume?: string) =>
    new TrainConfig({
      model: tinyModel,
      dataset: tinyDataset,
      recipe: new SlimeRecipe({ ...tinyRecipe, ...recipe, customRmFunction: lengthReward }),
      compute: ray({ address: head.address, storage: join(folder, 'shared') }),
    }).train({
      home,
      ...(resume !== undefined && { resume }),
      onProgress: ({ kind }) => {
        // Once: the resumed run writes checkpoints too.
        if (kind === 'checkpoint' && recipe.env !== undefined) stopping ??= stopRun('latest', { home })
      },
    })
  const whole = await train({})
  expect(whole.checkpoint.path).toBe(
    join(folder, 'shared/training-gym-checkpoints', whole.trainingRunId, 'iter_0000002_hf'),
  )
  expect(whole.metrics.every(({ rewardStd }) => rewardStd > 0)).toBe(true)

  const env = { STAND_IN_FAULT: 'hang:2', STAND_IN_FAULT_ONCE: join(folder, 'happened') }
  await expect(train({ env })).rejects.toMatchObject({ code: 'run-stopped', boundary: 'interrupted' })
  expect(await stopping).toMatchObject({ state: 'interrupted' })
  await using store = await openStore({ home })
  const stopped = await store.findRun('latest')
  const record = await store.runs.get(stopped)
  expect(record?.state).toBe('interrupted')
  // The machines are one's own.
  expect(record).not.toHaveProperty('costUsd')
  const resumed = await train({ env }, stopped)
  expect(timeless(resumed.metrics)).toEqual(timeless(whole.metrics))
})

it('plays environments of several turns beside the reward server of the head, which asks for a token', {
  timeout: 240_000,
}, async ({ skip }) => {
  if (spawnSync('python3', ['--version']).status !== 0) return skip('there is no python3')
  const home = join(folder, 'home-of-episodes')
  const { metrics } = await new TrainConfig({
    model: tinyModel,
    dataset: tinyDataset,
    recipe: new SlimeRecipe({
      ...tinyRecipe,
      numRollout: 1,
      customGenerateFunction: oneTurn,
    }),
    compute: ray({ address: head.address, storage: join(folder, 'shared') }),
  }).train({ home, onProgress: () => undefined })
  expect(metrics.map(({ rewardMean }) => rewardMean > 0)).toEqual([true])
})
