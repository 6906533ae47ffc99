import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { modal } from '../../compute/compute.js'
import { openStore } from '../../store/open-store.js'
import type { PlayEpisode } from '../../trip.js'
import { SlimeRecipe } from '../slime-recipe.js'
import { TrainConfig } from '../train-config.js'
import type { TrainResult } from '../train-result.js'
import { type RemoteWorld, startRemoteWorld, tinyDataset, tinyModel, tinyRecipe } from './remote-runs.test.support.js'

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: episodes are played through python3, which this machine lacks')

/** Asks twice; the score says how the second answer compares with the first. */
const askTwice: PlayEpisode = async ({ row, say }) => {
  const first = await say()
  if (first.isLast) return { score: -100, turns: 1 }
  const second = await say({ role: 'user', content: `Longer, about ${row.input}.` })
  return { score: second.text.length - first.text.length, turns: 2 }
}

describe.skipIf(!hasPython)('an environment of several turns, played by a training elsewhere', () => {
  let world: RemoteWorld
  let result: TrainResult
  beforeAll(async () => {
    world = await startRemoteWorld()
    for (const [name, value] of Object.entries(world.modal.env)) vi.stubEnv(name, value)
    const recipe = new SlimeRecipe({
      ...tinyRecipe,
      numRollout: 2,
      rolloutMaxResponseLen: 60,
      customGenerateFunction: askTwice,
    })
    const config = { model: tinyModel, dataset: tinyDataset, evalDataset: tinyDataset, recipe, compute: modal() }
    result = await new TrainConfig(config).train({ home: world.home, onProgress: () => undefined })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await world[Symbol.asyncDispose]()
  })

  it('trains to the end on what the environment scored, and is evaluated by it', () => {
    expect(result.metrics.map(({ rolloutId }) => rolloutId)).toEqual([0, 1])
    for (const { rewardMean, rewardStd, gradNorm } of result.metrics) {
      expect(Number.isFinite(rewardMean)).toBe(true)
      expect(rewardStd).toBeGreaterThan(0)
      expect(gradNorm).toBeGreaterThan(0)
    }
    expect(Object.values(result.metrics[1]?.evaluation ?? {})).toHaveLength(1)
  })

  it('keeps whole episodes, with what was said by the environment marked as not sampled', async () => {
    await using store = await openStore({ home: world.home })
    const samples = await store.runs.samples(result.trainingRunId, 0)
    expect(samples).toHaveLength(6)
    const longer = samples.filter(({ details }) => details.turns === 2)
    expect(longer.length).toBeGreaterThan(0)
    for (const { response, input, tokenIds, logprobs, details } of longer) {
      expect(response).toContain(`Longer, about ${input}.`)
      expect(details).toEqual({ turns: 2 })
      expect(logprobs).toHaveLength(tokenIds.length)
      const sampled = logprobs.filter((logprob) => !Number.isNaN(logprob))
      expect(sampled.length).toBeGreaterThan(1)
      expect(sampled.length).toBeLessThan(logprobs.length)
    }
  })
})
