import { z } from 'zod'
import { EngineRecipe } from './engine-recipe.js'
import { SglangRecipe } from './sglang-recipe.js'
import { VllmRecipe } from './vllm-recipe.js'

/** How to serve: with the built-in engine, or with one that is installed on the machine. */
export type ServingRecipe = EngineRecipe | VllmRecipe | SglangRecipe

const makers = {
  engine: (options: object) => new EngineRecipe(options),
  vllm: (options: object) => new VllmRecipe(options),
  sglang: (options: object) => new SglangRecipe(options),
} satisfies Record<ServingRecipe['kind'], (options: object) => ServingRecipe>

/** Makes the recipe of an engine; its options are checked. */
export function servingRecipe(kind: ServingRecipe['kind'], options: object): ServingRecipe {
  return makers[kind](options)
}

/** Takes a recipe by its kind and not by its class, so that two installs of the package understand each other. */
export const servingRecipeSchema = z.custom<ServingRecipe>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value && String(value.kind) in makers,
  'must be a recipe for serving, e.g. new EngineRecipe() or new VllmRecipe()',
)
