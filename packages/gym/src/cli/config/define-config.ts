import { z } from 'zod'
import { type Compute, computeSchema } from '../../compute/compute.js'
import type { Dataset } from '../../datasets/dataset.js'
import type { GenerateKwargs } from '../../deployments/model-deployment.js'
import { type Gate, gateSchema } from '../../evals/gates.js'
import { areScorers } from '../../evals/scorers.js'
import type { Model } from '../../models/model.js'
import { parseOptions } from '../../options/parse-options.js'
import type { Checkpoint } from '../../training/checkpoint.js'
import type { GrpoRecipe } from '../../training/grpo-recipe.js'
import type { SftRecipe } from '../../training/sft-recipe.js'
import type { SlimeRecipe } from '../../training/slime-recipe.js'
import type { Reward } from '../../trip.js'
import type { RewardName } from './named-parts.js'

/** How `training-gym eval` asks and judges. */
export interface EvalSettings {
  /** Responses to each row. Default 1. */
  readonly nSamples?: number | undefined
  /** Rows worked on at the same time. Default 16. */
  readonly maxConcurrency?: number | undefined
  /** Sent with every request, e.g. `{ temperature: 1, max_tokens: 64 }`. */
  readonly generateKwargs?: Omit<GenerateKwargs, 'n' | 'seed'> | undefined
  /** Milliseconds that one generation may take. Default 120,000. */
  readonly timeLimitMs?: number | undefined
  /** Milliseconds that scoring one response may take. Default: as in training with GrpoRecipe, else 10,000. */
  readonly rewardTimeLimitMs?: number | undefined
  /** Gate: exit code 1 unless the lower end of the mean's 95 % interval reaches this. Default: no gate. */
  readonly requireMean?: number | undefined
  /** Scorers by name, in place of `reward`; the first gives the main score. Default: the reward alone. */
  readonly scorers?: Readonly<Record<string, Reward>> | undefined
  /** Gates by the name of the scorer: `{ haiku: { min: -1, ci: 0.95 } }`; exit code 1 when one fails. Default: none. */
  readonly gate?: Gate | undefined
  /** A response with at least this score passes; pass@k is given then. Default: none. */
  readonly passThreshold?: number | undefined
}

/** What `gym.config.ts` says: what to train and evaluate, and by which reward. */
export interface GymConfig {
  /** A model, its short name (`tiny-poet`), a repository or a folder. */
  readonly model: Model | string
  /**
   * Rows to train on, or `haiku-topics`, or the path of a `.jsonl` or `.csv` file with a column `input`, and `output` where
   * there is a right answer.
   */
  readonly dataset: Dataset | string
  /**
   * Rows to evaluate on. Default: those of `dataset`; for `haiku-topics` the held-out topics. A recipe with `evalInterval` is
   * evaluated on them while it trains, too.
   */
  readonly evalDataset?: Dataset | string | undefined
  /**
   * Scores one sample, in training and evaluation alike: a function, or the name of a scorer that needs nothing but the row,
   * e.g. `exact-match`. Default: the recipe's `customRmFunction`; two different ones are refused. Not needed to train with
   * SftRecipe.
   */
  readonly reward?: Reward | RewardName | undefined
  /** Default: `new GrpoRecipe()` on this machine, `new SlimeRecipe()` with `compute: modal()` or `ray()`. */
  readonly recipe?: GrpoRecipe | SftRecipe | SlimeRecipe | undefined
  /** Weights to start from or evaluate, in place of the model's own. */
  readonly checkpoint?: Checkpoint | string | undefined
  /** Sets every random choice. Default 0. */
  readonly seed?: number | undefined
  /** Default: `local()`. */
  readonly compute?: Compute | undefined
  readonly eval?: EvalSettings | undefined
}

const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

const datasetSchema = z.custom<Dataset | string>(
  (value) => isName(value) || hasMethods(value, 'load', 'messages'),
  'must be a dataset, e.g. new HaikuTopics(), or the name of one',
)

const schema = z.strictObject({
  model: z.custom<Model | string>(
    (value) => isName(value) || hasMethods(value, 'resolve'),
    'must be a model, e.g. new TinyPoet(), or the name of one',
  ),
  dataset: datasetSchema,
  evalDataset: datasetSchema.optional(),
  reward: z
    .custom<Reward | string>(
      (value) => isName(value) || typeof value === 'function',
      'must be a function, or the name of a reward, e.g. exact-match',
    )
    .optional(),
  // By its kind and not by its class, so that two installs of the package understand each other.
  recipe: z
    .custom<NonNullable<GymConfig['recipe']>>(
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        'kind' in value &&
        (value.kind === 'grpo' || value.kind === 'sft' || value.kind === 'slime'),
      'must be a recipe, e.g. new GrpoRecipe({ numRollout: 10 })',
    )
    .optional(),
  checkpoint: z
    .custom<Checkpoint | string>(
      (value) =>
        isName(value) ||
        (typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string'),
      'must be a checkpoint of listCheckpoints(), or its folder',
    )
    .optional(),
  seed: z.int().min(0).optional(),
  compute: computeSchema.optional(),
  eval: z
    .strictObject({
      nSamples: z.int().min(1).optional(),
      maxConcurrency: z.int().min(1).optional(),
      generateKwargs: z.record(z.string(), z.unknown()).optional(),
      timeLimitMs: z.number().positive().optional(),
      rewardTimeLimitMs: z.number().positive().optional(),
      requireMean: z.number().optional(),
      scorers: z
        .custom<Readonly<Record<string, Reward>>>(areScorers, 'must name one function or more, e.g. { haiku, topic }')
        .optional(),
      gate: gateSchema.optional(),
      passThreshold: z.number().optional(),
    })
    .optional(),
})

/**
 * Gives `gym.config.ts` its types; returns its argument as it is.
 *
 * @example
 * export default defineConfig({
 *   model: 'tiny-poet',
 *   dataset: 'haiku-topics',
 *   reward: ({ response }) => (response.includes('moon') ? 1 : 0),
 *   recipe: new GrpoRecipe({ numRollout: 10 }),
 * })
 */
export function defineConfig(config: GymConfig): GymConfig {
  return config
}

/** Validates what a config file exports; throws GymError `bad-options`, naming the option. */
export function parseConfig(value: unknown): GymConfig {
  return parseOptions(schema, value, 'the config') as GymConfig
}
