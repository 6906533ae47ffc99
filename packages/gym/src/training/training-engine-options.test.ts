import { describe, expect, it } from 'vitest'
import { GrpoRecipe } from './grpo-recipe.js'
import { SftRecipe } from './sft-recipe.js'
import { trainingEngineOptions } from './training-engine-options.js'

describe('the engine side of a recipe', () => {
  it('says nothing where the recipe says nothing', () => {
    expect(trainingEngineOptions(new GrpoRecipe().options, 1)).toEqual({})
  })

  it('passes adapters on with a start that the seed decides, and the limits of a pass', () => {
    const { options } = new SftRecipe({
      threads: 2,
      loraRank: 8,
      loraAlpha: 32,
      loraTargets: ['q_proj', 'v_proj'],
      recomputeActivations: true,
      maxTokensPerMicroBatch: 512,
    })
    const engine = trainingEngineOptions(options, 1)
    expect(engine).toMatchObject({
      threads: 2,
      lora: { rank: 8, alpha: 32, targets: ['q_proj', 'v_proj'] },
      recomputeActivations: true,
      maxTokensPerMicroBatch: 512,
    })
    expect(trainingEngineOptions(options, 1)).toEqual(engine)
    expect(trainingEngineOptions(options, 2).lora?.seed).not.toBe(engine.lora?.seed)
  })

  it('refuses options of an adapter without a rank, and targets that no layer has', () => {
    expect(() => new GrpoRecipe({ loraAlpha: 16 })).toThrow(/loraAlpha.*needs loraRank/)
    expect(() => new SftRecipe({ loraTargets: ['q_proj'] })).toThrow(/loraTargets.*needs loraRank/)
    expect(() => new GrpoRecipe({ loraRank: 4, loraTargets: ['lm_head'] as never })).toThrow(/loraTargets/)
  })
})
