import type { GymConfig } from './define-config.js'

/** Tells whether a recipe takes no reward: fine-tuning has no scores, and an environment of several turns gives its own. */
export function trainsWithoutReward(recipe: GymConfig['recipe']): boolean {
  return recipe?.kind === 'sft' || (recipe?.kind === 'slime' && recipe.options.customGenerateFunction !== undefined)
}
