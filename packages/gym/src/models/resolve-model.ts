import { GymError } from '../errors.js'
import { didYouMean } from '../options/did-you-mean.js'
import { shownValue } from '../options/shown-value.js'
import * as catalogue from './catalogue.js'
import { HuggingFaceModel, isModelFolder } from './hugging-face-model.js'
import type { Model } from './model.js'
import { TinyPoet } from './tiny-poet.js'

/** Short names of the models that need no repository name, as the command line takes them. */
const shortNames: Readonly<Record<string, new () => Model>> = {
  'tiny-poet': TinyPoet,
  'qwen3-0.6b': catalogue.Qwen3_0_6B,
  'qwen3-1.7b': catalogue.Qwen3_1_7B,
  'qwen3-4b': catalogue.Qwen3_4B,
  'qwen3-8b': catalogue.Qwen3_8B,
  'qwen3-14b': catalogue.Qwen3_14B,
  'qwen3-32b': catalogue.Qwen3_32B,
  'qwen3-30b-a3b': catalogue.Qwen3_30B_A3B,
  'smollm2-135m': catalogue.SmolLM2_135M,
  'smollm2-360m': catalogue.SmolLM2_360M,
  'smollm2-1.7b': catalogue.SmolLM2_1_7B,
}

/** Lists the short names that `resolveModel` knows. */
export function modelNames(): readonly string[] {
  return Object.keys(shortNames)
}

/**
 * Turns what a user wrote into a model: a Model itself, a model class, a short name (`tiny-poet`, `qwen3-4b`), a
 * repository (`Qwen/Qwen3-4B`) or a folder (`./folder`). Nothing is downloaded.
 *
 * Throws a GymError ('config') for an unknown name, with the one that was likely meant.
 */
export function resolveModel(nameOrModelOrPath: string | Model | (new () => Model)): Model {
  if (typeof nameOrModelOrPath === 'function') return new nameOrModelOrPath()
  if (typeof nameOrModelOrPath !== 'string') return nameOrModelOrPath
  const named = shortNames[nameOrModelOrPath.toLowerCase().replaceAll('_', '-')] ?? classOf(nameOrModelOrPath)
  if (named !== undefined) return new named()
  if (isModelFolder(nameOrModelOrPath)) return new HuggingFaceModel(nameOrModelOrPath)
  if (nameOrModelOrPath.includes('/')) return catalogued(nameOrModelOrPath) ?? new HuggingFaceModel(nameOrModelOrPath)

  const near = didYouMean(nameOrModelOrPath, modelNames())
  const next =
    near === undefined
      ? `choose one of ${modelNames().join(', ')}, a repository such as "Qwen/Qwen3-4B", or a folder such as "./model"`
      : `did you mean "${near}"? (a repository is written "owner/name", a folder "./name")`
  throw new GymError('config', 'unknown-model', `there is no model ${shownValue(nameOrModelOrPath)}; ${next}`)
}

/** `Qwen3_0_6B` and `TinyPoet`, the names of the classes, are what a reader of the tutorial types. */
function classOf(name: string): (new () => Model) | undefined {
  return Object.values(shortNames).find((model) => model.name === name)
}

function catalogued(repo: string): Model | undefined {
  return Object.values(shortNames)
    .map((model) => new model())
    .find((model) => model.hfRepo?.toLowerCase() === repo.toLowerCase())
}
