import { type PassSeconds, readModelConfig } from '@training-gym/engine'
import { GymError } from '../../errors.js'
import { resolveModel } from '../../models/resolve-model.js'
import { didYouMean } from '../../options/did-you-mean.js'
import { calibratePasses } from '../../training/calibrate-passes.js'
import { estimateServingMemory, estimateTrainingMemory, type MemoryEstimate } from '../../training/estimate-memory.js'
import {
  type ModelShape,
  planTraining,
  shapeOfConfig,
  shapeOfFacts,
  type TrainingPlan,
} from '../../training/estimate-plan.js'
import { estimateTrainingTime, type TimeEstimate } from '../../training/estimate-time.js'
import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'

export interface EstimateRequest {
  readonly model: string
  /** `grpo` or `sft`. */
  readonly recipe: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly promptTokens: number
  /** How many of these all prompts begin with. Default 0. */
  readonly commonPromptTokens?: number
  readonly responseTokens?: number
  readonly slots: number
  readonly threads: number
  /** Memory of this machine: of what does not fit, the time is not measured. */
  readonly machineBytes: number
  readonly signal: AbortSignal
}

export interface RunEstimate {
  readonly model: string
  /** True where the recipe asks for a graphics card; memory and time are estimated for the processor all the same. */
  readonly asksForCard: boolean
  readonly shape: ModelShape
  readonly plan: TrainingPlan
  readonly training: MemoryEstimate
  readonly serving: MemoryEstimate
  /** What each piece of a rollout takes here; null, as the time, where the memory is too little. */
  readonly pieces: PassSeconds | null
  readonly time: TimeEstimate | null
}

/** Estimates memory and time of training a model by a recipe, and the memory of serving it, on this machine. */
export async function estimateRun(request: EstimateRequest): Promise<RunEstimate> {
  const { promptTokens, commonPromptTokens = 0, responseTokens, slots } = request
  checkCommonTokens(commonPromptTokens, promptTokens)
  const { name, shape } = await shapeOf(request)
  const recipe = recipeNamed(request.recipe, request.settings)
  const threads = recipe.options.threads ?? request.threads
  const lengths = { promptTokens, commonPromptTokens, ...(responseTokens === undefined ? {} : { responseTokens }) }
  const plan = planTraining(shape, recipe, lengths, threads)
  const training = estimateTrainingMemory(shape, plan)
  const isTooLarge = training.bytes > request.machineBytes
  const pieces = isTooLarge ? null : await calibratePasses(shape, plan, { signal: request.signal })
  return {
    model: name,
    asksForCard: (recipe.options.device ?? 'cpu') !== 'cpu',
    shape,
    plan,
    training,
    serving: estimateServingMemory(shape, { slots, tokens: promptTokens + plan.responseTokens }),
    pieces,
    time: pieces === null ? null : estimateTrainingTime(plan, pieces),
  }
}

function checkCommonTokens(common: number, all: number): void {
  if (common < all) return
  const message = `prompts of ${all} tokens cannot all begin with the same ${common}; give less than ${all} as common prompt tokens`
  throw new GymError('config', 'bad-options', message)
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
