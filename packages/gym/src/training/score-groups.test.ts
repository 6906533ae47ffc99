import { expect, it } from 'vitest'
import { GymError } from '../errors.js'
import type { Reward } from '../trip.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import type { RolloutGroup } from './rollout-group.js'
import { scoreGroups } from './score-groups.js'
import type { TrainingRun } from './training-run.js'

/** Scores one group of four samples. */
async function scored(reward: Reward, onRewardError: 'stop' | 'drop') {
  const samples = Array.from({ length: 4 }, () => ({ response: 'x', finishReason: 'stop', score: null, details: {} }))
  const group = { row: { index: 0, input: 'rain', columns: {} }, messages: [], samples }
  const run = { signal: new AbortController().signal, onProgress: () => undefined } as unknown as TrainingRun
  const recipe = { nSamplesPerPrompt: 4, rewardConcurrency: 2, rewardTimeLimitMs: 1000, onRewardError } as ResolvedGrpo
  await scoreGroups(run, recipe, reward, [group as unknown as RolloutGroup], 0)
  return samples.map(({ score, details }) => ({ score, details }))
}

const failing =
  (error: Error): Reward =>
  ({ sampleIndex }) => {
    if (sampleIndex === 2) throw error
    return 1
  }

it('drops a sample whose reward failed, or ran into a time-out of its own, where that is wanted', async () => {
  for (const error of [new Error('odd'), new GymError('interrupted', 'aborted', 'the judge was too slow')]) {
    const samples = await scored(failing(error), 'drop')
    expect(samples.map(({ score }) => score)).toEqual([1, 1, null, 1])
    expect(samples[2]?.details).toEqual({ rewardError: expect.stringContaining(error.message) })
    await expect(scored(failing(error), 'stop')).rejects.toMatchObject({ boundary: 'reward', code: 'reward-threw' })
  }
})

it('ends at what would fail for every sample, whatever becomes of failing ones', async () => {
  const missing = failing(new GymError('config', 'python-missing', 'there is no python3; install it'))
  for (const onRewardError of ['stop', 'drop'] as const) {
    await expect(scored(missing, onRewardError)).rejects.toMatchObject({ boundary: 'config', code: 'python-missing' })
  }
})
