import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'

const count = z.int().positive().optional()

// The options that the tutorial's Python original sets; slime's full table of flags comes with the remote half.
const schema = z.strictObject({
  /** The reward: scores one sample. */
  customRmFunction: z.custom<Reward>((value) => typeof value === 'function', 'must be a function').optional(),
  /** Modal's name of the GPU, e.g. `H100`. */
  gpuType: z.string().min(1).optional(),
  /** True lets sampling and training take turns on the same GPUs. */
  colocate: z.boolean().optional(),
  tensorModelParallelSize: count,
  sequenceParallel: z.boolean().optional(),
  rolloutNumGpusPerEngine: count,
  numRollout: count,
  rolloutBatchSize: count,
  nSamplesPerPrompt: count,
  globalBatchSize: count,
  rolloutMaxResponseLen: count,
  rolloutTemperature: z.number().positive().optional(),
  saveInterval: count,
  lr: z.number().positive().optional(),
  applyChatTemplateKwargs: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
})

export type SlimeRecipeOptions = z.input<typeof schema>

/**
 * Trains with slime on GPUs, through `compute: modal()` or `ray()`. Those are not part of this version: `train()` says
 * so. On this machine use GrpoRecipe, whose options have the same names.
 */
export class SlimeRecipe {
  readonly kind = 'slime'
  readonly options: SlimeRecipeOptions

  /** Throws GymError 'config' naming an unknown option or a bad value. */
  constructor(options: SlimeRecipeOptions = {}) {
    this.options = parseOptions(schema, options, 'SlimeRecipe')
  }
}
