import { gpuMemoryGb } from '../../compute/gpu-memory.js'
import { MAX_GPUS, parseGpu } from '../../compute/parse-gpu.js'
import { GymError } from '../../errors.js'
import type { Model } from '../../models/model.js'
import type { InstalledRecipe } from '../engine-command.js'

/** GPUs of a server, and over how many of them each layer is split. */
export interface ServingGpus {
  /** Modal's name, e.g. `H100`. */
  readonly type: string
  readonly count: number
  /** Left to the recipe where it says so itself; else what to give the engine. */
  readonly tensorParallel: number | undefined
}

const DEFAULT_TYPE = 'H100'
/** Bytes of a weight in bfloat16, and the share of a GPU's memory that weights may take: the rest is for the cache. */
const WEIGHT_BYTES = 2
const WEIGHT_SHARE = 0.6

/**
 * Decides on how many GPUs a model is served: `gpu` (`H100`, `H100:2`), else the sizes in the recipe, else the fewest that
 * hold the weights.
 *
 * @throws GymError 'config': `gpu-count-differs`, `heads-not-divided`, `model-too-large`, `bad-gpu`.
 */
export function servingGpus(model: Model, recipe: InstalledRecipe, gpu = DEFAULT_TYPE): ServingGpus {
  const { type, count: wanted } = parseGpu(gpu)
  const { tensorParallel, total } = sizesOf(recipe)
  if (total !== undefined) {
    if (wanted !== undefined && wanted !== total) {
      const message = `the recipe's parallel sizes use ${total} GPUs and compute asks for "${gpu}"; make them agree, or leave one of them out`
      throw new GymError('config', 'gpu-count-differs', message)
    }
    requireDivided(model, tensorParallel ?? 1)
    return { type, count: total, tensorParallel: undefined }
  }
  const count = wanted ?? fewest(model, type)
  requireDivided(model, count)
  return { type, count, tensorParallel: count === 1 ? undefined : count }
}

/** How a recipe spreads the model; `total` is undefined where it says nothing. */
function sizesOf(recipe: InstalledRecipe): { tensorParallel?: number; total?: number } {
  const sizes =
    recipe.kind === 'vllm'
      ? [recipe.options.tensorParallelSize, recipe.options.pipelineParallelSize, recipe.options.dataParallelSize]
      : [recipe.options.tpSize, recipe.options.dpSize]
  if (sizes.every((size) => size === undefined)) return {}
  return { tensorParallel: sizes[0], total: sizes.reduce<number>((product, size) => product * (size ?? 1), 1) }
}

function fewest(model: Model, type: string): number {
  const memory = gpuMemoryGb(type)
  if (model.facts === undefined || memory === undefined) return 1
  const weightsGb = (model.facts.parameters * WEIGHT_BYTES) / 1e9
  const fitting = [1, 2, 4, MAX_GPUS].find(
    (count) => weightsGb / count <= memory * WEIGHT_SHARE && divides(model, count),
  )
  if (fitting !== undefined) return fitting
  const message = `${model.name} has ${Math.round(weightsGb)} GB of weights, too many for ${MAX_GPUS} ${type} of ${memory} GB; choose a larger GPU: modal({ gpu: 'H200' })`
  throw new GymError('config', 'model-too-large', message)
}

function divides({ facts }: Model, count: number): boolean {
  return facts === undefined || (facts.heads % count === 0 && facts.kvHeads % count === 0)
}

function requireDivided(model: Model, count: number): void {
  const { facts } = model
  if (facts === undefined || divides(model, count)) return
  const fitting = [8, 4, 2, 1].filter((size) => size < count && divides(model, size))
  const message = `${count} GPUs cannot share the layers of ${model.name}, which has ${facts.heads} heads and ${facts.kvHeads} for keys and values; use ${fitting.join(' or ')}`
  throw new GymError('config', 'heads-not-divided', message)
}
