import { measureProducts, readModelConfig } from '@training-gym/engine'
import { GymError } from '../../errors.js'
import { resolveModel } from '../../models/resolve-model.js'
import { didYouMean } from '../../options/did-you-mean.js'
import { estimateServingMemory, estimateTrainingMemory, type MemoryEstimate } from '../../training/estimate-memory.js'
import {
  type ModelShape,
  planTraining,
  shapeOfConfig,
  shapeOfFacts,
  type TrainingPlan,
} from '../../training/estimate-plan.js'
import { estimateTrainingTime, type ProductSpeed, type TimeEstimate } from '../../training/estimate-time.js'
import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'

export interface EstimateRequest {
  readonly model: string
  /** `grpo` or `sft`. */
  readonly recipe: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly promptTokens: number
  readonly responseTokens?: number
  readonly slots: number
  readonly threads: number
  readonly signal: AbortSignal
}

export interface RunEstimate {
  readonly model: string
  readonly shape: ModelShape
  readonly plan: TrainingPlan
  readonly training: MemoryEstimate
  readonly serving: MemoryEstimate
  readonly speed: ProductSpeed
  readonly time: TimeEstimate
}

/** Estimates memory and time of training a model by a recipe, and the memory of serving it, on this machine. */
export async function estimateRun(request: EstimateRequest): Promise<RunEstimate> {
  const { promptTokens, responseTokens, slots } = request
  const { name, shape } = await shapeOf(request)
  const recipe = recipeNamed(request.recipe, request.settings)
  const plan = planTraining(shape, recipe, {
    promptTokens,
    ...(responseTokens === undefined ? {} : { responseTokens }),
  })
  const speed = await measureSpeed(shape, plan, recipe.options.threads ?? request.threads)
  return {
    model: name,
    shape,
    plan,
    training: estimateTrainingMemory(shape, plan),
    serving: estimateServingMemory(shape, { slots, tokens: promptTokens + plan.responseTokens }),
    speed,
    time: estimateTrainingTime(shape, plan, speed),
  }
}

/** Downloads nothing for a model of the catalogue: its facts are enough. */
async function shapeOf({ model: reference, signal }: EstimateRequest): Promise<{ name: string; shape: ModelShape }> {
  const model = resolveModel(reference)
  // A mixture of experts says itself why it is not for this machine.
  if (model.facts !== undefined && model.facts.experts === undefined)
    return { name: model.name, shape: shapeOfFacts(model.facts) }
  const folder = await model.resolve({ signal })
  return { name: model.name, shape: shapeOfConfig(await readModelConfig(folder)) }
}

function recipeNamed(name: string, settings: Readonly<Record<string, unknown>>): GrpoRecipe | SftRecipe {
  switch (name) {
    case 'grpo':
      return new GrpoRecipe(settings)
    case 'sft':
      return new SftRecipe(settings)
    default: {
      const near = didYouMean(name, ['grpo', 'sft'])
      const next = near === undefined ? 'choose grpo or sft' : `did you mean "${near}"?`
      throw new GymError('config', 'unknown-recipe', `there is no recipe "${name}" to estimate; ${next}`)
    }
  }
}

/** Half a second for each of the two products that most of the time goes into. */
async function measureSpeed(shape: ModelShape, plan: TrainingPlan, threads: number): Promise<ProductSpeed> {
  const { hidden: inner, intermediate: columns } = shape
  const options = { threads, seconds: 0.5 }
  const training = await measureProducts({ rows: plan.pass.tokens, inner, columns }, options)
  const rows = Math.min(128, plan.prompts * plan.samples)
  return { training, decoding: await measureProducts({ rows, inner, columns }, options) }
}
