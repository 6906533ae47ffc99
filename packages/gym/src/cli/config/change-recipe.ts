import type { Compute } from '../../compute/compute.js'
import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'
import { SlimeRecipe } from '../../training/slime-recipe.js'
import type { GymConfig } from './define-config.js'

type Recipe = NonNullable<GymConfig['recipe']>

/** Returns a recipe with some options changed; where there was none, the one that TrainConfig takes for the compute. */
export function changeRecipe(
  recipe: Recipe | undefined,
  changes: Readonly<Record<string, unknown>>,
  compute?: Compute,
): Recipe {
  if (recipe === undefined) {
    return compute === undefined || compute.kind === 'local' ? new GrpoRecipe(changes) : new SlimeRecipe(changes)
  }
  if (Object.keys(changes).length === 0) return recipe
  switch (recipe.kind) {
    case 'grpo':
      return new GrpoRecipe({ ...recipe.options, ...changes })
    case 'sft':
      return new SftRecipe({ ...recipe.options, ...changes })
    case 'slime':
      return new SlimeRecipe({ ...recipe.options, ...changes })
  }
}
