import type { OwnSlimeOptions } from './slime/own-options.js'
import type { SlimeFlagOptions } from './slime/owned-flags.js'
import { parseSlimeOptions } from './slime/parse-slime-options.js'

/** The gym's own options, and every flag of slime and Megatron in camelCase: `numRollout` is `--num-rollout`. */
export interface SlimeRecipeOptions extends OwnSlimeOptions, SlimeFlagOptions {}

/**
 * Trains with slime on GPUs, through `compute: modal()` or `ray()`. On this machine use GrpoRecipe, whose options have
 * the same names where the notion is the same.
 *
 * @example
 * new SlimeRecipe({ customRmFunction: reward, numRollout: 10, gpuType: 'H100', colocate: true, saveInterval: 5 })
 */
export class SlimeRecipe {
  readonly kind = 'slime'
  /** As given; what a model's preset and the gym's defaults add is seen in the plan of a dry run. */
  readonly options: SlimeRecipeOptions

  /** Throws GymError 'config' naming an unknown option or a bad value. */
  constructor(options: SlimeRecipeOptions = {}) {
    const { own, flags } = parseSlimeOptions(options)
    this.options = { ...own, ...flags }
  }
}
