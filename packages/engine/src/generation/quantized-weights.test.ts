import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ModelConfig, readModelConfig } from '../checkpoint/model-config.js'
import { EngineCore } from '../engine-core.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { DecodeCache } from './decode-cache.js'
import { floatWeights } from './float-weights.js'
import { GenerationSessions } from './generation-sessions.js'
import type { GenerationWeights } from './generation-weights.js'
import { quantizedWeights } from './quantized-weights.js'

const folderOf = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
const prompts = [40, 21, 33, 9].map((length, p) => Array.from({ length }, (_, i) => 3 + ((p * 31 + i * 7) % 200)))

let runtime: Runtime
beforeAll(async () => {
  runtime = await loadRuntime()
})

/** Probabilities after each prompt, and after one more token that went through the cache. */
async function probabilities(config: ModelConfig, weights: GenerationWeights) {
  const sessions = await GenerationSessions.compile({ runtime, config, threads: 2, weights, servesRollouts: false })
  const ones = prompts.map(() => 1)
  const prompted = await sessions.prefill(prompts, ones)
  const cache = new DecodeCache(config, false)
  for (const prompt of prompted) cache.add(prompt, prompt.cache)
  const tokens = prompts.map(() => 11)
  const decoded = await sessions.decode({ cache, tokens, temperatures: ones })
  await sessions.release()
  return [...prompted.map((prompt) => prompt.probabilities), decoded]
}

/** Mean over distributions of KL(p || q), nats. */
function divergence(exact: readonly Float32Array[], rounded: readonly Float32Array[], vocab: number): number {
  let total = 0
  exact.forEach((row, r) => {
    row.forEach((p, i) => {
      if (p > 0) total += p * Math.log(p / rounded[r]![i]!)
    })
  })
  return total / (exact.reduce((sum, row) => sum + row.length, 0) / vocab)
}

describe('quantizedWeights', () => {
  it('gives nearly the distributions of float32 for TinyPoet, nearer with 8 bits than with 4', async () => {
    const config = await readModelConfig(tinyPoet)
    const floats = await loadWeights(tinyPoet, config, layoutParameters(config).layout)
    const exact = await probabilities(config, floatWeights(config, floats, false))
    const int8 = await probabilities(config, await quantizedWeights(tinyPoet, config, 'int8'))
    const int4 = await probabilities(config, await quantizedWeights(tinyPoet, config, 'int4'))
    expect(divergence(exact, int8, config.vocab)).toBeLessThan(0.005)
    expect(divergence(exact, int4, config.vocab)).toBeLessThan(0.15)
    expect(divergence(exact, int8, config.vocab)).toBeLessThan(divergence(exact, int4, config.vocab))
  })

  it.each(['qwen3-untied', 'qwen2-tied', 'llama3-untied'])('reads every matrix and bias of %s', async (name) => {
    const config = await readModelConfig(folderOf(name))
    const floats = await loadWeights(folderOf(name), config, layoutParameters(config).layout)
    const exact = await probabilities(config, floatWeights(config, floats, false))
    const int8 = await probabilities(config, await quantizedWeights(folderOf(name), config, 'int8'))
    expect(divergence(exact, int8, config.vocab)).toBeLessThan(0.005)
  })

  it('refuses to train, and to save what it no longer has', async () => {
    const options = { modelPath: folderOf('qwen3-tied'), threads: 1, maxBatch: 4, quantization: 'int8' } as const
    await expect(EngineCore.open({ ...options, isTrainable: true })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining("quantization 'int8' is for serving only"),
    })
    const core = await EngineCore.open({ ...options, isTrainable: false })
    await expect(core.saveCheckpoint('nowhere')).rejects.toThrow('open it without quantization')
    const [sample] = await core.generate({ promptTokenIds: [3, 4, 5], seeds: [1], sampling: { maxNewTokens: 4 } })
    expect(sample?.tokenIds.length).toBeGreaterThan(0)
    await core.close()
  })
})
