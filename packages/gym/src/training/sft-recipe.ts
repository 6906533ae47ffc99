import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { requireRank, sharedRecipeShape } from './grpo-recipe.js'

const schema = z
  .strictObject({
    ...sharedRecipeShape,
    /** Passes over the rows. Default 1. */
    numEpoch: z.int().positive().default(1),
    /** Optimizer steps, if they are to end before the epochs do. */
    numRollout: z.int().positive().optional(),
    /** Conversations an optimizer step. Default 32. */
    globalBatchSize: z.int().positive().default(32),
  })
  .superRefine(requireRank)

export type SftRecipeOptions = z.input<typeof schema>
export type ResolvedSft = z.output<typeof schema>

/**
 * Fine-tunes on given answers on the built-in engine: cross-entropy on the assistant's tokens only. The dataset's rows
 * need an `outputColumn`, or messages that end with an assistant's turn.
 */
export class SftRecipe {
  readonly kind = 'sft'
  readonly options: ResolvedSft

  /** Throws GymError 'config' naming an unknown option or a bad value. */
  constructor(options: SftRecipeOptions = {}) {
    this.options = parseOptions(schema, options, 'SftRecipe')
  }
}
