import { describe, expect, it } from 'vitest'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { recipeWarnings } from './recipe-warnings.js'
import { SftRecipe } from './sft-recipe.js'
import { SlimeRecipe } from './slime-recipe.js'

const untyped = (options: object) => options as never

describe('recipes', () => {
  it('fill in defaults', () => {
    const { options } = new GrpoRecipe({ numRollout: 3 })
    expect(options).toMatchObject({
      numRollout: 3,
      rolloutBatchSize: 16,
      nSamplesPerPrompt: 8,
      epsClip: 0.2,
      epsClipHigh: 0.28,
    })
  })

  it('name an unknown option and the one that was meant', () => {
    expect(() => new GrpoRecipe(untyped({ numRollouts: 3 }))).toThrow(
      'unknown option "numRollouts" of GrpoRecipe; did you mean "numRollout"?',
    )
    expect(() => new SftRecipe(untyped({ numEpochs: 3 }))).toThrow(/did you mean "numEpoch"/)
    expect(() => new SlimeRecipe(untyped({ gpuTypes: 'H100' }))).toThrow(/did you mean "gpuType"/)
  })

  it('refuse a batch that does not divide a rollout into whole groups', () => {
    expect(() => new GrpoRecipe({ rolloutBatchSize: 4, nSamplesPerPrompt: 8, globalBatchSize: 12 })).toThrow(
      /globalBatchSize.*multiple of nSamplesPerPrompt \(8\) that divides a rollout's 32 samples.*got 12/,
    )
    expect(new GrpoRecipe({ rolloutBatchSize: 4, globalBatchSize: 16 }).options.globalBatchSize).toBe(16)
  })

  it('refuse a group of one, which could only have advantage zero', () => {
    expect(() => new GrpoRecipe({ nSamplesPerPrompt: 1 })).toThrow(/nSamplesPerPrompt/)
  })

  it('refuse combinations that are never meant, and say why', () => {
    expect(() => new GrpoRecipe({ advantageEstimator: 'rloo', grpoStdNormalization: true })).toThrow(
      /grpoStdNormalization.*rloo.*unbiased/,
    )
    expect(() => new GrpoRecipe({ policyLoss: 'gspo' })).toThrow(/lossAggregation.*must be "sample-mean"/)
    expect(new GrpoRecipe({ policyLoss: 'gspo', lossAggregation: 'sample-mean' }).options.policyLoss).toBe('gspo')
    expect(() => new GrpoRecipe({ klLossCoef: 0.1, measureKl: false })).toThrow(/measureKl.*must be true/)
    expect(() => new GrpoRecipe({ overlongBufferLen: 64 })).toThrow(/at most rolloutMaxResponseLen \(48\)/)
  })

  it('warn of options that are allowed and seldom meant', () => {
    const warningsOf = (options: GrpoRecipeOptions) => recipeWarnings(new GrpoRecipe(options).options)
    expect(warningsOf({})).toEqual([])
    expect(warningsOf({ klLossType: 'k1' })).toEqual([])
    expect(warningsOf({ klLossType: 'k1', klLossCoef: 0.1 })).toEqual([expect.stringMatching(/zero mean.*choose "k2"/)])
    const gspo = { policyLoss: 'gspo', lossAggregation: 'sample-mean' } as const
    expect(warningsOf(gspo)).toEqual([expect.stringMatching(/3e-4 and 4e-4/)])
    expect(warningsOf({ ...gspo, epsClip: 3e-4, epsClipHigh: 4e-4 })).toEqual([])
  })
})
