import { describe, expect, it } from 'vitest'
import { estimateTrainingTime } from '../../training/estimate-time.js'
import { estimateRun } from './estimate-run.js'
import { renderEstimate } from './render-estimate.js'

const request = {
  model: 'tiny-poet',
  recipe: 'grpo',
  settings: {},
  promptTokens: 45,
  slots: 16,
  threads: 1,
  machineBytes: 16e9,
  signal: new AbortController().signal,
}

describe('estimating a run', () => {
  it('measures this machine, and says what the bundled model takes', async () => {
    const settings = { rolloutBatchSize: 2, nSamplesPerPrompt: 2, rolloutMaxResponseLen: 16 }
    const estimate = await estimateRun({ ...request, settings })
    for (const [piece, seconds] of Object.entries(estimate.pieces ?? {})) expect(seconds, piece).toBeGreaterThan(0)
    expect(estimate.time).toEqual(estimateTrainingTime(estimate.plan, estimate.pieces!))
    expect(estimate.training.bytes).toBeGreaterThan(2e8)
    expect(estimate.training.bytes).toBeLessThan(2e9)
    expect(estimate.serving.bytes).toBeLessThan(estimate.training.bytes)
    expect(estimate.plan).toMatchObject({ prompts: 2, samples: 2, responseTokens: 16, rollouts: 10 })
    const text = renderEstimate(estimate, { total: 16e9 }).join('\n')
    expect(text).toMatch(/^Training tiny-poet, all weights: .* of memory, .* a rollout, .* for 10\n/)
    expect(text).toContain('both fit')
    expect(text).toContain('moments')
  })

  it('counts what all prompts begin with once a pass', async () => {
    const apart = await estimateRun({ ...request, machineBytes: 0 })
    const together = await estimateRun({ ...request, commonPromptTokens: 30, machineBytes: 0 })
    const { prompts, pass } = together.plan
    const passes = prompts / pass.groups
    expect(together.plan.rolloutTokens).toBeCloseTo(apart.plan.rolloutTokens - 30 * (prompts - passes), 6)
    expect(renderEstimate(together, { total: 0 }).join('\n')).toContain('45 tokens (the first 30 the same in all)')
    await expect(estimateRun({ ...request, commonPromptTokens: 45 })).rejects.toThrow('give less than 45')
  })

  it('says that it is for the CPU where the recipe asks for a card', async () => {
    const text = async (settings: Readonly<Record<string, unknown>>) =>
      renderEstimate(await estimateRun({ ...request, settings, machineBytes: 0 }), { total: 0 }).join('\n')
    expect(await text({ device: 'webgpu' })).toContain('This is what the CPU takes')
    expect(await text({ device: 'cpu' })).not.toContain('graphics card')
  })

  it('names the settings that help where the memory is too little, and measures nothing', async () => {
    const settings = { maxTokensPerMicroBatch: 512 }
    const estimate = await estimateRun({ ...request, settings, machineBytes: 2e8 })
    expect(estimate.time).toBeNull()
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

  it('stops measuring when asked to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(estimateRun({ ...request, signal })).rejects.toThrow('enough')
  })
})
