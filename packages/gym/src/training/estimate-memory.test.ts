import { readModelConfig } from '@training-gym/engine'
import { describe, expect, it } from 'vitest'
import { Qwen3_0_6B, Qwen3_8B, SmolLM2_135M } from '../models/catalogue.js'
import { TinyPoet } from '../models/tiny-poet.js'
import { estimateServingMemory, estimateTrainingMemory } from './estimate-memory.js'
import { countWeights, planTraining, shapeOfConfig, shapeOfFacts } from './estimate-plan.js'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { SftRecipe } from './sft-recipe.js'

const smol = shapeOfFacts(new SmolLM2_135M().facts)
const lengths = { promptTokens: 45 }
const plan = (options: GrpoRecipeOptions = {}, threads = 2) =>
  planTraining(smol, new GrpoRecipe({ rolloutBatchSize: 8, rolloutMaxResponseLen: 64, ...options }), lengths, threads)
const memory = (options: GrpoRecipeOptions = {}) => estimateTrainingMemory(smol, plan(options))
const part = (name: string, options: GrpoRecipeOptions = {}) =>
  memory(options).items.find((item) => item.name === name)?.bytes ?? 0

describe('estimating memory', () => {
  it('counts the weights of published models to a thousandth, from facts and from config.json alike', async () => {
    for (const model of [new SmolLM2_135M(), new Qwen3_8B(), new TinyPoet()]) {
      const counted = countWeights(shapeOfFacts(model.facts)).all
      expect(Math.abs(counted / model.facts.parameters - 1), model.name).toBeLessThan(1e-3)
    }
    const poet = new TinyPoet()
    expect(shapeOfConfig(await readModelConfig(await poet.resolve()))).toEqual(shapeOfFacts(poet.facts))
  })

  it('is the sum of its parts, each with what it was computed from', () => {
    const { items, bytes } = memory()
    expect(items.reduce((sum, item) => sum + item.bytes, 0)).toBe(bytes)
    expect(items.every(({ from }) => from !== '')).toBe(true)
  })

  it('needs no moments or gradients for weights that adapters leave alone', () => {
    const rank = 16
    const perLayer = 2 * (576 + 576) + 2 * (576 + 192) + 3 * (576 + 1536)
    expect(part('moments', { loraRank: rank })).toBe(8 * 30 * rank * perLayer)
    expect(part('moments')).toBeGreaterThan(20 * part('moments', { loraRank: rank }))
    expect(memory({ loraRank: rank }).bytes).toBeLessThan(0.7 * memory().bytes)
  })

  it('counts a packed copy of the matrices where the engine makes one to sample, and only there', () => {
    const copy = 4 * (30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536) + 49_152 * 576)
    expect(part('packed')).toBe(copy)
    // 19 steps after the first token: enough for two threads, too few for three.
    const packed = (threads: number, tokens: number) => {
      const { items } = estimateTrainingMemory(smol, plan({ rolloutMaxResponseLen: tokens }, threads))
      return items.some(({ name }) => name === 'packed')
    }
    expect([packed(2, 20), packed(2, 18), packed(3, 20)]).toEqual([true, false, false])
    expect(part('packed', { rolloutBatchSize: 1, nSamplesPerPrompt: 2 })).toBe(0)
    const large = shapeOfFacts(new Qwen3_0_6B().facts)
    const { items } = estimateTrainingMemory(large, planTraining(large, new GrpoRecipe(), lengths, 2))
    expect(items.map(({ name }) => name)).not.toContain('packed')
  })

  it('counts what replicas hold each, and the moments that they share once', () => {
    const small = { ...smol, layers: 2, vocab: 4096 }
    const of = (threads: number) => {
      const laidOut = planTraining(small, new GrpoRecipe({ rolloutMaxResponseLen: 20 }), lengths, threads)
      const { items } = estimateTrainingMemory(small, laidOut)
      return { ...laidOut, bytes: (name: string) => items.find((item) => item.name === name)?.bytes ?? 0 }
    }
    const [one, two] = [of(1), of(2)]
    expect([one.replicas, two.replicas, two.threads, of(16).replicas]).toEqual([1, 2, 1, 4])
    for (const name of ['weights', 'gradients']) expect(two.bytes(name), name).toBe(2 * one.bytes(name))
    expect(two.bytes('moments')).toBe(one.bytes('moments'))
    expect([one.bytes('new weights'), two.bytes('new weights')]).toEqual([0, one.bytes('weights')])
    expect(two.pass.tokens).toBeLessThanOrEqual(one.pass.tokens)
    expect(two.sampling.slots).toBe(one.sampling.slots / 2)
  })

  it('keeps fewer activations where layers are recomputed or passes are small', () => {
    const fixed = { maxTokensPerMicroBatch: 512 }
    expect(part('activations', { ...fixed, recomputeActivations: true })).toBeLessThan(0.1 * part('activations', fixed))
    expect(part('activations', { maxTokensPerMicroBatch: 128 })).toBeLessThan(part('activations', fixed))
  })

  it('serves with a cache that grows with the answers at once', () => {
    const bytes = (slots: number) => estimateServingMemory(smol, { slots, tokens: 128 }).bytes
    expect(bytes(32) - bytes(16)).toBe(4 * 2 * 30 * 3 * 64 * 16 * 128)
  })
})

describe('planning a rollout', () => {
  it('computes as many responses behind one prompt as a pass holds', () => {
    const { pass, rolloutTokens, rolloutRows } = plan({ maxTokensPerMicroBatch: 400 })
    // 44 shared positions and five responses of 64 make 364 of at most 400; eight responses need two passes.
    expect(pass).toEqual({ width: 108, tokens: 364, rows: 320, groups: 1, responses: 5 })
    expect(rolloutRows).toBe(8 * 8 * 64)
    expect(rolloutTokens).toBe(8 * 2 * 44 + 8 * 8 * 64)
  })

  it('counts how much is scored and how often weights change', () => {
    expect(plan()).toMatchObject({ scoredShare: 2 / 8, updates: 1, sampling: { prompts: 8, slots: 64 } })
    expect(plan({ klLossCoef: 0.1 }).scoredShare).toBe(1)
    expect(plan({ useTis: true }).scoredShare).toBe(1.25)
    expect(plan({ measureKl: false }).scoredShare).toBe(0)
    expect(part('reference', { measureKl: false })).toBe(0)
    expect(plan({ globalBatchSize: 16 }).updates).toBe(4)
    const wide = plan({ rolloutBatchSize: 64 })
    expect(wide.sampling).toEqual({ prompts: 45, slots: 128, mostTokens: 64 })
  })

  it('takes a single long response as it is', () => {
    const { pass } = planTraining(smol, new SftRecipe({ globalBatchSize: 4 }), { ...lengths, responseTokens: 1000 }, 2)
    expect(pass).toEqual({ width: 1044, tokens: 1044, rows: 1000, groups: 1, responses: 1 })
  })
})
