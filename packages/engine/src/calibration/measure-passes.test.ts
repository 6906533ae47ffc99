import { describe, expect, it } from 'vitest'
import { measurePasses, type PassesToMeasure } from './measure-passes.js'
import { measureTogether } from './measure-together.js'
import { medianSeconds } from './median-seconds.js'
import { randomModel } from './random-model.js'

const shape = {
  layers: 1,
  hidden: 32,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  intermediate: 64,
  vocab: 128,
  qkNorm: true,
  tiedHead: true,
}
const request: PassesToMeasure = {
  shape,
  modelBytes: 1e5,
  threads: 1,
  lora: null,
  recomputesLayers: false,
  kind: 'grpo',
  pass: { groups: 2, responses: 3 },
  promptTokens: 5,
  commonPromptTokens: 0,
  responseTokens: 4,
  sampling: { prompts: 2, slots: 6 },
  signal: new AbortController().signal,
}

describe('measuring the pieces of a rollout', () => {
  it.each([
    ['plain', {}],
    ['untied, unnormed', { shape: { ...shape, qkNorm: false, tiedHead: false } }],
    ['with adapters', { lora: { rank: 2 } }],
    ['recomputing', { recomputesLayers: true }],
    ['behind a system prompt', { commonPromptTokens: 3 }],
    ['as part of a model too large to be packed', { modelBytes: 2 ** 31 }],
  ] as [string, Partial<PassesToMeasure>][])('times every one of a model, %s', async (_, changes) => {
    const pieces = await measurePasses({ ...request, ...changes })
    const { refresh, ...others } = pieces
    for (const [name, seconds] of Object.entries(others)) expect(seconds, name).toBeGreaterThan(0)
    expect(Number.isFinite(refresh)).toBe(true)
  })

  it('does not sample for fine-tuning', async () => {
    expect(await measurePasses({ ...request, kind: 'sft' })).toMatchObject({ prefill: 0, decode: 0 })
  })

  it('stops between two runs', async () => {
    const controller = new AbortController()
    let runs = 0
    const run = () => {
      runs += 1
      controller.abort(new Error('enough'))
    }
    await expect(medianSeconds(run, controller.signal)).rejects.toThrow('enough')
    expect(runs).toBe(1)
  })

  it('makes models whose norms are ones and whose matrices differ', () => {
    const { config, weights } = randomModel(shape, 17)
    expect(config).toMatchObject({ ...shape, maxPositions: 17, architecture: 'qwen3' })
    expect(weights.subarray(-32)).toEqual(new Float32Array(32).fill(1))
    expect(new Set(weights.subarray(0, 1000)).size).toBeGreaterThan(900)
  })
})

describe('measuring with replicas side by side', () => {
  it('times every piece, in workers that are gone afterwards', async () => {
    const seconds = await measureTogether(request, 2)
    for (const [piece, value] of Object.entries(seconds)) expect(value, piece).toBeGreaterThan(0)
    expect(process.getActiveResourcesInfo()).not.toContain('MessagePort')
  })

  it('tells why it fails, and stops when asked to', async () => {
    const broken = measureTogether({ ...request, pass: { groups: 2, responses: 3 }, shape: { ...shape, heads: 3 } }, 2)
    await expect(broken).rejects.toThrow()
    const stop = new AbortController()
    const large = { ...request, shape: { ...shape, hidden: 512, intermediate: 2048, layers: 4 }, responseTokens: 200 }
    const stopped = measureTogether({ ...large, signal: stop.signal }, 2)
    stop.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
  })
})
