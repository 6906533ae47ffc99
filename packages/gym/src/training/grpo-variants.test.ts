import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import type { Reward } from '../trip.js'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { TrainConfig, type TrainOptions } from './train-config.js'

const model = fileURLToPath(new URL('../../../engine/fixtures/qwen3-tied', import.meta.url))
const dataset = new InMemoryDataset({
  rows: Array.from({ length: 12 }, (_, i) => ({ input: `topic ${i}` })),
  inputColumn: 'input',
  applyChatTemplate: false,
})
const longer: Reward = ({ response, sampleIndex }) => response.length + sampleIndex / 10
/** Tells samples apart on every third row alone. */
const oftenFlat: Reward = ({ row, sampleIndex }) => (row.index % 3 === 0 ? sampleIndex : 1)

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-variants-'))
})
afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

function train(recipe: GrpoRecipeOptions, more: TrainOptions = {}) {
  const options: GrpoRecipeOptions = {
    customRmFunction: longer,
    numRollout: 2,
    rolloutBatchSize: 2,
    nSamplesPerPrompt: 3,
    rolloutMaxResponseLen: 6,
    truncatedSamples: 'keep',
    saveInterval: 1,
    lr: 1e-3,
    threads: 1,
    ...recipe,
  }
  return new TrainConfig({ model, dataset, recipe: new GrpoRecipe(options) }).train({
    home,
    onProgress: () => {},
    ...more,
  })
}

const weightsOf = (path: string) => readFile(join(path, 'model.safetensors'))

async function samplesOf(trainingRunId: string, rolloutId: number) {
  await using store = await openStore({ home })
  return await store.runs.samples(trainingRunId, rolloutId)
}

describe('variants of GRPO', () => {
  it.each<[string, GrpoRecipeOptions]>([
    ['gspo', { policyLoss: 'gspo', lossAggregation: 'sample-mean', epsClip: 3e-4, epsClipHigh: 4e-4 }],
    ['cispo', { policyLoss: 'cispo' }],
    ['rloo', { advantageEstimator: 'rloo' }],
    ['k1', { klLossCoef: 0.1, klLossType: 'k1' }],
    ['k3', { klLossCoef: 0.1, klLossType: 'k3' }],
  ])('train, and otherwise than the default: %s', async (_name, recipe) => {
    // Two steps a rollout: only the second one is off-policy, where the losses differ.
    const several = { globalBatchSize: 3 }
    const [plain, other] = [await train(several), await train({ ...several, ...recipe })]
    expect(other.metrics.every(({ gradNorm }) => gradNorm > 0)).toBe(true)
    expect((await weightsOf(plain.checkpoint.path)).equals(await weightsOf(other.checkpoint.path))).toBe(false)
  })

  it('warn once of a KL estimator that does nothing as a loss', async () => {
    const events: ProgressEvent[] = []
    await train({ klLossCoef: 0.1, klLossType: 'k1' }, { onProgress: (event) => events.push(event) })
    const warnings = events.filter((event) => event.kind === 'notice' && event.isWarning)
    expect(warnings).toEqual([expect.objectContaining({ message: expect.stringContaining('zero mean') })])
  })

  it('train to the same weights whether the KL to the start is measured or not', async () => {
    const [measured, unmeasured] = [await train({}), await train({ measureKl: false })]
    expect(measured.metrics.every(({ kl }) => Number.isFinite(kl))).toBe(true)
    expect(unmeasured.metrics.every(({ kl }) => Number.isNaN(kl))).toBe(true)
    const [a, b] = [await weightsOf(measured.checkpoint.path), await weightsOf(unmeasured.checkpoint.path)]
    expect(a.equals(b)).toBe(true)
  })

  it('measure how far sampler and trainer are apart, over all samples with truncated importance sampling', async () => {
    const [plain, corrected] = [await train({}), await train({ useTis: true, tisClip: 2 })]
    for (const { metrics } of [plain, corrected]) {
      for (const { mismatch, mismatchMean } of metrics) {
        expect(mismatch).toBeGreaterThan(0)
        expect(mismatch).toBeLessThan(1e-4)
        expect(mismatchMean).toBeGreaterThan(0)
        expect(mismatchMean).toBeLessThan(mismatch)
      }
    }
    // One and the same engine: the weights are nearly 1, and the old policy is now exactly the trainer's own.
    expect(corrected.metrics[0]?.ratioMean).toBe(1)
    expect(corrected.metrics[0]?.gradNorm).toBeCloseTo(plain.metrics[0]?.gradNorm as number, 3)
  })

  it('take a penalty for length off what advantages are made of, and leave the score alone', async () => {
    // The same score for all: only length can tell them apart.
    const recipe = {
      customRmFunction: () => 1,
      numRollout: 1,
      nSamplesPerPrompt: 16,
      rolloutMaxResponseLen: 60,
      overlongBufferLen: 60,
      overlongPenaltyFactor: 3,
    }
    const { metrics, trainingRunId } = await train(recipe)
    const samples = await samplesOf(trainingRunId, 0)
    for (const { score, overlongPenalty, tokenIds } of samples) {
      expect(score).toBe(1)
      expect(overlongPenalty).toBeCloseTo(-tokenIds.length / 20, 12)
    }
    const lengths = new Set(samples.map(({ tokenIds }) => tokenIds.length))
    expect(lengths.size).toBeGreaterThan(1)
    const taught = samples.filter(({ advantage }) => advantage !== null)
    for (const { advantage, tokenIds } of taught) {
      if (tokenIds.length === Math.min(...lengths)) expect(advantage).toBeGreaterThan(0)
    }
    expect(metrics[0]?.rewardMean).toBe(1)
    const mean = samples.reduce((sum, { tokenIds }) => sum - tokenIds.length / 20, 0) / samples.length
    expect(metrics[0]?.overlongPenalty).toBeCloseTo(mean, 9)
    expect((await train({})).metrics[0]).not.toHaveProperty('overlongPenalty')
  })
})

describe('dynamic sampling', () => {
  const recipe = { customRmFunction: oftenFlat, numRollout: 3, overSamplingMaxRounds: 20, saveInterval: 3 }

  it('refills flat groups until the batch is full, and says how many were drawn and kept', async () => {
    const notices: string[] = []
    const onProgress = (event: ProgressEvent) => void (event.kind === 'notice' && notices.push(event.message))
    const { metrics, trainingRunId } = await train(recipe, { onProgress })
    for (const { rolloutId, oversampling, trainedSamples, flatGroupShare } of metrics) {
      const { rounds, drawnGroups, keptGroups } = oversampling as NonNullable<typeof oversampling>
      expect(keptGroups).toBe(2)
      expect(trainedSamples).toBe(6)
      expect(flatGroupShare).toBeCloseTo(1 - keptGroups / drawnGroups, 12)
      const samples = await samplesOf(trainingRunId, rolloutId)
      expect(samples).toHaveLength(3 * drawnGroups)
      expect(new Set(samples.map(({ rowIndex }) => rowIndex)).size).toBe(drawnGroups)
      expect(notices[rolloutId]).toMatch(`rollout ${rolloutId + 1}: kept 2 of ${drawnGroups} groups`)
      expect(notices[rolloutId]).toContain(`refill rounds: ${rounds}`)
    }
    expect(metrics.some(({ oversampling }) => (oversampling?.rounds ?? 0) > 0)).toBe(true)
  })

  it('does not move the prompts that rollouts begin with', async () => {
    const firstRows = async (overSamplingMaxRounds: number) => {
      const { trainingRunId } = await train({ ...recipe, overSamplingMaxRounds })
      const rollouts = await Promise.all([0, 1, 2].map((rolloutId) => samplesOf(trainingRunId, rolloutId)))
      return rollouts.map((samples) => samples.slice(0, 6).map(({ rowIndex }) => rowIndex))
    }
    expect(await firstRows(20)).toEqual(await firstRows(0))
  })

  it('stops after the rounds that are allowed, and trains on what there is', async () => {
    const allFlat = { ...recipe, customRmFunction: () => 1, overSamplingMaxRounds: 2, numRollout: 1 }
    const { metrics } = await train(allFlat)
    expect(metrics[0]?.oversampling).toEqual({ rounds: 2, drawnGroups: 6, keptGroups: 0 })
    expect(metrics[0]).toMatchObject({ trainedSamples: 0, gradNorm: 0 })
  })

  it('gives the same weights when the run was interrupted and resumed', async () => {
    const whole = await train(recipe)
    const abort = new AbortController()
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'rollout' && event.rolloutId === 1 && event.phase === 'score') abort.abort()
    }
    await expect(train(recipe, { signal: abort.signal, onProgress })).rejects.toMatchObject({ boundary: 'interrupted' })
    const resumed = await train(recipe, { resume: 'latest' })
    expect((await weightsOf(resumed.checkpoint.path)).equals(await weightsOf(whole.checkpoint.path))).toBe(true)
  })
})
