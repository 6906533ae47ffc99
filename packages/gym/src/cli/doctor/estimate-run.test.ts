import { describe, expect, it } from 'vitest'
import { estimateRun } from './estimate-run.js'
import { renderEstimate } from './render-estimate.js'

const request = {
  model: 'tiny-poet',
  recipe: 'grpo',
  settings: {},
  promptTokens: 45,
  slots: 16,
  threads: 1,
  signal: new AbortController().signal,
}

describe('estimating a run', () => {
  it('measures this machine, and says what the bundled model takes', async () => {
    const estimate = await estimateRun(request)
    expect(estimate.speed.training).toBeGreaterThan(1e9)
    expect(estimate.training.bytes).toBeGreaterThan(3e8)
    expect(estimate.training.bytes).toBeLessThan(2e9)
    expect(estimate.serving.bytes).toBeLessThan(estimate.training.bytes)
    expect(estimate.plan).toMatchObject({ prompts: 16, samples: 8, responseTokens: 48, rollouts: 10 })
    const text = renderEstimate(estimate, { total: 16e9 }).join('\n')
    expect(text).toMatch(/^Training tiny-poet, all weights: /)
    expect(text).toContain('both fit')
    expect(text).toContain('moments')
  })

  it('names the settings that help where the memory is too little', async () => {
    const estimate = await estimateRun({ ...request, settings: { maxTokensPerMicroBatch: 512 } })
    const text = renderEstimate(estimate, { total: 2e8 }).join('\n')
    expect(text).toMatch(
      /too little for training's .*: try --set loraRank=16 --set recomputeActivations=true --set maxTokensPerMicroBatch=256/,
    )
  })

  it('refuses an unknown recipe, an unknown option and a model that is not for this machine', async () => {
    await expect(estimateRun({ ...request, recipe: 'grp' })).rejects.toThrow('did you mean "grpo"?')
    await expect(estimateRun({ ...request, settings: { loraRnk: 4 } })).rejects.toThrow('did you mean "loraRank"?')
    await expect(estimateRun({ ...request, model: 'qwen3-30b-a3b' })).rejects.toThrow('remote GPUs only')
  })
})
