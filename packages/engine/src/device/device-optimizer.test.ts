import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { TrainGroup, TrainStepRequest } from '../engine-api.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { Trainer } from '../training/trainer.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { processorAsCard } from './processor-as-card.test.support.js'

const ids = (count: number, step: number) => Array.from({ length: count }, (_, i) => 3 + ((7 * i * step + step) % 90))
const groups: TrainGroup[] = [1, 2, 3].map((g) => ({
  promptTokenIds: ids(4 + g, g),
  responses: [5, 8].map((length, r) => ({
    tokenIds: ids(length, 5 * g + r),
    oldLogprobs: new Array(length).fill(-4.6),
    advantage: r - 0.3 * g,
  })),
}))
const optimizer = { lr: 1e-2, beta1: 0.9, beta2: 0.95, eps: 1e-3, weightDecay: 0.1, clipGrad: 0.05 }
const request: TrainStepRequest = {
  groups,
  loss: { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0, klType: 'k2', entropyCoef: 0 },
  temperature: 1,
  denominator: 30,
  optimizer,
}

async function trainerFor(runtime: Runtime, model: string, maxBatchTokens: number, leavesWeightsOnDevice = false) {
  const folder = fileURLToPath(new URL(`../../fixtures/${model}`, import.meta.url))
  const config = await readModelConfig(folder)
  const weights = await loadWeights(folder, config, layoutParameters(config).layout)
  return new Trainer({ runtime, config, threads: 1, weights, maxBatchTokens, leavesWeightsOnDevice })
}

function gap(a: Float32Array, b: Float32Array): number {
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0) / largest
}

describe('DeviceOptimizer', () => {
  it.each(['qwen3-tied', 'qwen3-untied', 'qwen2-tied'])(
    'changes the weights of %s as the processor does, in one pass and in several',
    async (model) => {
      const cpu = await loadRuntime()
      const card = processorAsCard(cpu)
      for (const batchTokens of [1000, 20]) {
        const [there, here] = [
          await trainerFor(card.runtime, model, batchTokens),
          await trainerFor(cpu, model, batchTokens),
        ]
        const before = here.weights.slice()
        for (const lr of [1e-2, 5e-3, 2e-2]) {
          const step = { ...request, optimizer: { ...optimizer, lr } }
          const [a, b] = [await there.step(step), await here.step(step)]
          expect(a.gradNorm).toBeCloseTo(b.gradNorm, 4)
          expect(gap(await here.gradients(), await there.gradients())).toBeLessThan(1e-5)
        }
        const change = (after: Float32Array) => after.map((x, i) => x - (before[i] as number))
        expect(gap(change(here.weights), change(there.weights))).toBeLessThan(1e-4)
        const [moments, expected] = [await there.adam(), await here.adam()]
        expect(moments.step).toBe(3)
        expect(gap(expected.mean, moments.mean)).toBeLessThan(1e-5)
        expect(gap(expected.variance, moments.variance)).toBeLessThan(1e-5)
        await there.release()
        await here.release()
      }
      expect(card.onCard()).toBe(0)
    },
  )

  it('leaves new weights on the card until they are asked for, and trains on from them', async () => {
    const card = processorAsCard(await loadRuntime())
    const lazy = await trainerFor(card.runtime, 'qwen3-tied', 1000, true)
    const usual = await trainerFor(card.runtime, 'qwen3-tied', 1000)
    const before = lazy.weights.slice()
    for (const trainer of [lazy, usual, lazy, usual]) await trainer.step(request)
    expect(lazy.weights).toEqual(before)
    const scored = await lazy.logprobs(groups, 1, lazy.weights)
    expect(scored).toEqual(await usual.logprobs(groups, 1, usual.weights))
    await lazy.bringWeights()
    expect(lazy.weights).toEqual(usual.weights)
    for (const trainer of [lazy, usual]) await trainer.release()
    expect(card.onCard()).toBe(0)
  })

  it('goes on from saved moments and other weights to the same bits', async () => {
    const card = processorAsCard(await loadRuntime())
    const [whole, first, second] = [
      await trainerFor(card.runtime, 'qwen3-tied', 1000),
      await trainerFor(card.runtime, 'qwen3-tied', 1000),
      await trainerFor(card.runtime, 'qwen3-tied', 1000),
    ]
    for (const trainer of [whole, first, whole]) await trainer.step(request)
    await second.computeGradient(request)
    second.weights.set(first.weights)
    await second.restore(await first.adam())
    await second.step(request)
    expect(Buffer.from(second.weights.buffer).equals(Buffer.from(whole.weights.buffer))).toBe(true)
    for (const trainer of [whole, first, second]) await trainer.release()
    expect(card.onCard()).toBe(0)
  })

  it('scores the policy as it is after a step, and a step without responses decays weights alone', async () => {
    const cpu = await loadRuntime()
    const card = processorAsCard(cpu)
    const [there, here] = [
      await trainerFor(card.runtime, 'qwen2-tied', 1000),
      await trainerFor(cpu, 'qwen2-tied', 1000),
    ]
    const empty = { ...request, groups: [] }
    for (const trainer of [there, here]) {
      await trainer.step(empty)
      await trainer.step(request)
    }
    expect(gap(here.weights, there.weights)).toBeLessThan(1e-5)
    const [a, b] = [await there.logprobs(groups, 1, there.weights), await here.logprobs(groups, 1, here.weights)]
    expect(gap(Float32Array.from(b.flat(2)), Float32Array.from(a.flat(2)))).toBeLessThan(1e-4)
    await there.release()
    await here.release()
    expect(card.onCard()).toBe(0)
  })

  it('leaves the weights as they were when a number is not finite', async () => {
    const card = processorAsCard(await loadRuntime(), (name, data) => {
      if (name === 'squares') data[0] = Number.NaN
    })
    const trainer = await trainerFor(card.runtime, 'qwen3-tied', 1000)
    const before = trainer.weights.slice()
    await expect(trainer.step(request)).rejects.toMatchObject({ code: 'numerics' })
    expect(trainer.weights).toEqual(before)
    await trainer.release()
    expect(card.onCard()).toBe(0)
  })
})
