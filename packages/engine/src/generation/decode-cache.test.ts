import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ModelConfig, readModelConfig } from '../checkpoint/model-config.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { DecodeCache } from './decode-cache.js'
import { floatWeights } from './float-weights.js'
import { GenerationSessions } from './generation-sessions.js'

const folder = fileURLToPath(new URL('../../fixtures/qwen3-untied', import.meta.url))

let config: ModelConfig
let sharing: GenerationSessions
let apart: GenerationSessions
beforeAll(async () => {
  const runtime = await loadRuntime()
  config = await readModelConfig(folder)
  const floats = await loadWeights(folder, config, layoutParameters(config).layout)
  const weights = floatWeights(config, floats, true)
  const options = { runtime, config, threads: 2, weights }
  sharing = await GenerationSessions.compile({ ...options, servesRollouts: true })
  apart = await GenerationSessions.compile({ ...options, servesRollouts: false })
})

/** Decodes a few given tokens in both kinds of cache while samples come and go; returns the largest difference. */
async function decodeBoth(samplesOf: readonly number[], ends: readonly number[]): Promise<number> {
  const prompts = samplesOf.map((_, p) => Array.from({ length: 5 + 9 * p }, (_, i) => 3 + ((p * 31 + i * 7) % 50)))
  const temperatures = prompts.map(() => 1)
  const prompted = await apart.prefill(prompts, temperatures)
  const caches = [sharing, apart].map((sessions) => {
    const cache = new DecodeCache(config, sessions.servesRollouts)
    samplesOf.forEach((samples, p) => {
      const prompt = prompted[p] as (typeof prompted)[number]
      for (let s = 0; s < samples; s++) cache.add(prompt, prompt.cache)
    })
    return { sessions, cache }
  })
  let largest = 0
  for (const end of ends) {
    const size = caches[0]!.cache.size
    const tokens = Array.from({ length: size }, (_, slot) => 3 + ((slot * 13 + end) % 50))
    const [a, b] = await Promise.all(
      caches.map(({ sessions, cache }) => sessions.decode({ cache, tokens, temperatures: tokens.map(() => 1) })),
    )
    a!.forEach((p, i) => {
      largest = Math.max(largest, Math.abs(p - b![i]!))
    })
    for (const { cache } of caches) {
      cache.advance()
      cache.remove(end)
    }
  }
  return largest
}

describe('DecodeCache', () => {
  it.each([
    ['alike in size', [3, 3, 3], [8, 0, 3, 4, 0, 1]],
    ['of very different sizes', [1, 11, 1, 2], [0, 0, 12, 3, 3, 3, 1, 0]],
    ['of one sample each', [1, 1, 1, 1], [1, 2, 0]],
    ['emptied from the front', [2, 2, 2], [0, 0, 0, 0, 0]],
  ])('gives the same probabilities with shared prompts as without, groups %s', async (_, samplesOf, ends) => {
    expect(await decodeBoth(samplesOf, ends)).toBeLessThan(1e-6)
  })

  it('stands a prompt in the cache once for eight samples', () => {
    const cache = new DecodeCache(config, true)
    const text = Array.from({ length: config.layers }, () => new Float32Array(config.kvHeads * 4 * config.headDim))
    const prompt = { time: 4, keys: text, values: text }
    for (let s = 0; s < 20; s++) cache.add(prompt, prompt)
    expect(cache.groups()).toMatchObject({ prompts: 3, samples: 8 })
    expect([...cache.positions()]).toEqual(new Array(20).fill(4))
  })

  it('leaves nothing of numbers that are not finite to those who come after, beside others or alone', () => {
    const textOf = (time: number, value: number) => {
      const text = Array.from({ length: config.layers }, () =>
        new Float32Array(config.kvHeads * time * config.headDim).fill(value),
      )
      return { time, keys: text, values: text }
    }
    const token = (slots: number, value: number) =>
      new Float32Array(slots * config.kvHeads * config.headDim).fill(value)
    const isClean = ({ own, prompts }: DecodeCache) =>
      [own.view(0, 4), prompts.view(0, 2)].every(({ keys, values }) =>
        [keys, values].every((array) => array.every(Number.isFinite)),
      )
    for (const neighbours of [0, 1, 2]) {
      const cache = new DecodeCache(config, true)
      const [bad, good] = [textOf(7, Number.NaN), textOf(3, 1)]
      for (let i = 0; i < 4 - neighbours; i++) cache.add(bad, bad)
      for (let i = 0; i < neighbours; i++) cache.add(good, good)
      cache.reserve(1)
      for (let layer = 0; layer < config.layers; layer++)
        cache.writeTokens(layer, token(4, Number.NaN), token(4, Number.NaN))
      for (let slot = 4 - neighbours; slot < 4; slot++) cache.own.writeToken(0, slot, 0, token(4, 1), token(4, 1))
      cache.advance()
      cache.spoil()
      expect(isClean(cache)).toBe(false)
      for (let slot = 3 - neighbours; slot >= 0; slot--) cache.remove(slot)
      expect(isClean(cache), `${neighbours} neighbours`).toBe(true)
    }
  })

  it('reads no more positions than the texts of now need', () => {
    const cache = new DecodeCache(config, true)
    const prompt = (time: number) => {
      const text = Array.from({ length: config.layers }, () => new Float32Array(config.kvHeads * time * config.headDim))
      return { time, keys: text, values: text }
    }
    cache.add({}, prompt(100))
    cache.reserve(50)
    cache.remove(0)
    cache.add({}, prompt(10))
    expect([cache.prompts.capacity, cache.own.capacity]).toEqual([16, 16])
  })

  it('takes no more memory for the hundredth rollout than for the first', () => {
    const cache = new DecodeCache(config, true)
    const text = Array.from({ length: config.layers }, () => new Float32Array(config.kvHeads * 9 * config.headDim))
    const rollout = () => {
      for (let s = 0; s < 12; s++) cache.add(text, { time: 9, keys: text, values: text })
      for (let tokens = 1; tokens < 60; tokens++) cache.reserve(tokens)
      const { buffer } = cache.own.view(0, 1).keys
      for (let slot = 11; slot >= 0; slot--) cache.remove(slot)
      return buffer.byteLength
    }
    const first = rollout()
    for (let i = 0; i < 98; i++) rollout()
    expect(rollout()).toBe(first)
  })
})
