import { GrpoRecipe } from './grpo-recipe.js'
import { SftRecipe } from './sft-recipe.js'

/** Gives the options that a built-in recipe fills in; null for others, which keep what they were given and nothing else. */
export function defaultOptions(recipe: unknown): Readonly<Record<string, unknown>> | null {
  if (recipe === 'grpo') return new GrpoRecipe().options
  return recipe === 'sft' ? new SftRecipe().options : null
}
