import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'
import { SlimeRecipe } from '../../training/slime-recipe.js'
import type { GymConfig } from './define-config.js'

type Recipe = NonNullable<GymConfig['recipe']>

/** Returns a recipe with some options changed; GrpoRecipe's defaults where there was none. */
export function changeRecipe(recipe: Recipe | undefined, changes: Readonly<Record<string, unknown>>): Recipe {
  if (recipe === undefined) return new GrpoRecipe(changes)
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
