import type { Reward } from '../trip.js'

/** Options of slime, in camelCase; passed on to slime as they are. */
export interface SlimeRecipeOptions {
  /** The reward: scores one sample. */
  readonly customRmFunction?: Reward
  readonly gpuType?: string
  readonly colocate?: boolean
  readonly tensorModelParallelSize?: number
  readonly sequenceParallel?: boolean
  readonly rolloutNumGpusPerEngine?: number
  readonly numRollout?: number
  readonly rolloutBatchSize?: number
  readonly nSamplesPerPrompt?: number
  readonly globalBatchSize?: number
  readonly rolloutMaxResponseLen?: number
  readonly rolloutTemperature?: number
  readonly saveInterval?: number
  readonly lr?: number
  readonly applyChatTemplateKwargs?: Readonly<Record<string, unknown>> | string
}

/**
 * Trains with slime on GPUs, through `compute: modal()` or `ray()`. Those are not part of this version: `train()` says
 * so. On this machine use GrpoRecipe, whose options have the same names.
 */
export class SlimeRecipe {
  readonly kind = 'slime'

  constructor(readonly options: SlimeRecipeOptions = {}) {}
}
