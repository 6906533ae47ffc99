import { z } from 'zod'
import { type Compute, computeSchema, local, requireLocalCompute } from '../compute/compute.js'
import type { Model } from '../models/model.js'
import { parseOptions } from '../options/parse-options.js'
import type { Checkpoint } from '../training/checkpoint.js'
import { EngineRecipe } from './engine-recipe.js'
import type { LocalModelDeployment } from './local-model-deployment.js'
import { type ServeOptions, serveLocally } from './serve-locally.js'
import { type ServingRecipe, servingRecipeSchema } from './serving-recipe.js'

export interface DeploymentOptions {
  /** A model, its class, name, repository or folder: `new TinyPoet()`, `TinyPoet`, `'tiny-poet'`, `'./my-model'`. */
  readonly model: Model | string | (new () => Model)
  /** Weights to serve in place of the model's own: a checkpoint of `listCheckpoints()`, or its folder. */
  readonly checkpoint?: Checkpoint | string
  /** How to serve. Default: the built-in engine with its defaults. */
  readonly recipe?: ServingRecipe
  /** Where to serve. Default: `local()`. */
  readonly compute?: Compute
  /** What to call the deployment in lists. Default: the served model's name. */
  readonly appName?: string
  /** The name that clients give as `model`. Default: the model's, with `@` and the checkpoint's name. */
  readonly servedModelName?: string
  /** Port on 127.0.0.1; 0, the default, takes any free one. */
  readonly port?: number
  /** True lets the server outlive this process; `stopDeployment()` ends it. Default false. */
  readonly isDetached?: boolean
  /**
   * Time limit until the server answers, milliseconds. Default 120,000; 1,200,000 for vLLM and SGLang, which may have to
   * download and compile.
   */
  readonly startTimeoutMs?: number
}

const modelSchema = z.custom<Model | (new () => Model)>(
  (value) =>
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && 'resolve' in value && typeof value.resolve === 'function'),
  'must be a model, e.g. new TinyPoet(), or the name of one',
)
const checkpointSchema = z.custom<Checkpoint>(
  (value) => typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string',
  'must be a checkpoint of listCheckpoints(), or its folder',
)

const schema = z.strictObject({
  model: z.union([z.string().min(1), modelSchema]),
  checkpoint: z.union([z.string().min(1), checkpointSchema]).optional(),
  recipe: servingRecipeSchema.optional(),
  compute: computeSchema.optional(),
  appName: z.string().min(1).max(200).optional(),
  servedModelName: z.string().min(1).max(200).optional(),
  port: z.int().min(0).max(65_535).optional(),
  isDetached: z.boolean().optional(),
  startTimeoutMs: z.int().min(1).optional(),
})

/**
 * Says what to serve, and how and where; `serve()` does it.
 *
 * @example
 * await using deployment = await new DeploymentConfig({ model: new TinyPoet() }).serve()
 * const { text } = await deployment.generate('Write a haiku about rain.')
 */
export class DeploymentConfig {
  readonly options: DeploymentOptions

  /** @throws GymError `bad-options`, naming the option. */
  constructor(options: DeploymentOptions) {
    this.options = parseOptions(schema, options, 'DeploymentConfig')
  }

  /**
   * Starts an OpenAI-compatible server in a process of its own and returns when it answers. It ends with this process,
   * however that ends, unless `isDetached`.
   *
   * @throws GymError: 'config' for a bad model folder, a port in use, an engine that is not installed or a compute that is
   * not part of this version, 'engine' when the server cannot start, 'interrupted' when `signal` aborts.
   */
  async serve(options: ServeOptions = {}): Promise<LocalModelDeployment> {
    const { compute = local(), recipe = new EngineRecipe(), port = 0, isDetached = false, ...rest } = this.options
    requireLocalCompute(compute, 'serve()')
    const startTimeoutMs = rest.startTimeoutMs ?? (recipe.kind === 'engine' ? 120_000 : 1_200_000)
    return serveLocally({ ...rest, recipe, port, isDetached, startTimeoutMs }, options)
  }
}
