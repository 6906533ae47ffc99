import { z } from 'zod'
import { type Compute, computeSchema, type LocalCompute, local } from '../compute/compute.js'
import { GymError } from '../errors.js'
import type { Model } from '../models/model.js'
import { parseOptions } from '../options/parse-options.js'
import type { Checkpoint } from '../training/checkpoint.js'
import { EngineRecipe } from './engine-recipe.js'
import type { LocalModelDeployment } from './local-model-deployment.js'
import type { RemoteModelDeployment } from './remote/remote-model-deployment.js'
import { type ServeOptions, serveLocally } from './serve-locally.js'
import { type ServingRecipe, servingRecipeSchema } from './serving-recipe.js'
import { VllmRecipe } from './vllm-recipe.js'

export interface DeploymentOptions<Where extends Compute = LocalCompute> {
  /** A model, its class, name, repository or folder: `new TinyPoet()`, `TinyPoet`, `'tiny-poet'`, `'./my-model'`. */
  readonly model: Model | string | (new () => Model)
  /** Weights to serve in place of the model's own: a checkpoint of `listCheckpoints()`, or its folder. */
  readonly checkpoint?: Checkpoint | string | undefined
  /** How to serve. Default: the built-in engine with its defaults; on `modal()`, vLLM. */
  readonly recipe?: ServingRecipe | undefined
  /** Where to serve. Default: `local()`. */
  readonly compute?: Where | undefined
  /** What to call the deployment in lists. Default: the served model's name. */
  readonly appName?: string | undefined
  /** The name that clients give as `model`. Default: the model's, with `@` and the checkpoint's name. */
  readonly servedModelName?: string | undefined
  /** Port on 127.0.0.1; 0, the default, takes any free one. On this machine only. */
  readonly port?: number | undefined
  /**
   * True lets the server outlive this process, and the end of `await using`; `stopDeployment()` ends it. Default false. A
   * server on `modal()` outlives a process that is killed in any case, until nobody asks it anything (`idleSeconds`).
   */
  readonly isDetached?: boolean | undefined
  /** Seconds without a request after which a server on `modal()` ends by itself, and its cost with it. Default 600. */
  readonly idleSeconds?: number | undefined
  /**
   * Opens a server on `modal()` to the internet at a URL of its own, behind this key, for /v1 and /health only. Default:
   * not open; whoever has credentials for the workspace gets a token.
   */
  readonly publicApiKey?: string | undefined
  /** Price of one GPU on `modal()`, US dollars an hour, in place of the list price. */
  readonly gpuPricePerHour?: number | undefined
  /**
   * Time limit until the server answers, milliseconds. Default 120,000; 1,200,000 for vLLM and SGLang, which may have to
   * download and compile.
   */
  readonly startTimeoutMs?: number | undefined
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
  idleSeconds: z.int().min(1).optional(),
  publicApiKey: z.string().min(16, 'must be at least 16 characters long').optional(),
  gpuPricePerHour: z.number().nonnegative().optional(),
})

/** What `serve()` returns, by where it serves. */
export type ServedDeployment<Where extends Compute> = Where extends LocalCompute
  ? LocalModelDeployment
  : RemoteModelDeployment

/**
 * Says what to serve, and how and where; `serve()` does it.
 *
 * @example
 * await using deployment = await new DeploymentConfig({ model: new TinyPoet() }).serve()
 * const { text } = await deployment.generate('Write a haiku about rain.')
 */
export class DeploymentConfig<Where extends Compute = LocalCompute> {
  readonly options: DeploymentOptions<Where>

  /** @throws GymError `bad-options`, naming the option. */
  constructor(options: DeploymentOptions<Where>) {
    parseOptions(schema, options, 'DeploymentConfig')
    this.options = options
  }

  /**
   * Starts an OpenAI-compatible server and returns when it answers: on this machine in a process of its own, which ends with
   * this one, however that ends, unless `isDetached`; on `modal()` in a sandbox.
   *
   * @throws GymError: 'config' for a bad model folder, a port in use, an engine that is not installed, or options that do not
   * fit the compute, 'engine' when the server cannot start, 'provider' for machines elsewhere, 'interrupted' when `signal`
   * aborts.
   */
  async serve(options: ServeOptions = {}): Promise<ServedDeployment<Where>> {
    const { compute = local() } = this.options
    // The type of what is returned follows from the compute, which TypeScript cannot see in a switch.
    return (await this.#serve(compute, options)) as ServedDeployment<Where>
  }

  async #serve(compute: Compute, options: ServeOptions): Promise<LocalModelDeployment | RemoteModelDeployment> {
    const { isDetached = false, idleSeconds, publicApiKey, gpuPricePerHour, port, recipe, ...others } = this.options
    const { compute: _, ...rest } = others
    switch (compute.kind) {
      case 'local': {
        if (idleSeconds !== undefined) throw notHere('idleSeconds')
        if (publicApiKey !== undefined) throw notHere('publicApiKey')
        if (gpuPricePerHour !== undefined) throw notHere('gpuPricePerHour')
        const chosen = recipe ?? new EngineRecipe()
        const startTimeoutMs = rest.startTimeoutMs ?? (chosen.kind === 'engine' ? 120_000 : INSTALLED_START_MS)
        return await serveLocally({ ...rest, recipe: chosen, port: port ?? 0, isDetached, startTimeoutMs }, options)
      }
      case 'modal': {
        const chosen = recipe ?? new VllmRecipe()
        if (chosen.kind === 'engine')
          throw notThere('the built-in engine', 'use new VllmRecipe() or new SglangRecipe()')
        if (port !== undefined) throw notThere(`port ${port}`, 'leave port out: the URL is the one that Modal gives')
        const { serveRemotely } = await import('./remote/serve-remotely.js')
        const startTimeoutMs = rest.startTimeoutMs ?? INSTALLED_START_MS
        const plan = { ...rest, compute, recipe: chosen, isDetached, startTimeoutMs, publicApiKey, gpuPricePerHour }
        return await serveRemotely({ ...plan, idleSeconds: idleSeconds ?? DEFAULT_IDLE_SECONDS }, options)
      }
      case 'ray': {
        const message = `serve() does not serve on Ray, whose jobs are for training; start vLLM on the cluster as you do there, then use connect({ url: 'http://<host>:8000/v1' }) in its place`
        throw new GymError('config', 'not-on-ray', message)
      }
    }
  }
}

/** A first start downloads and compiles. */
const INSTALLED_START_MS = 1_200_000
const DEFAULT_IDLE_SECONDS = 600

function notHere(option: string): GymError {
  const message = `${option} is for servers on modal(); leave it out on this machine`
  return new GymError('config', 'bad-options', message)
}

function notThere(what: string, next: string): GymError {
  return new GymError('config', 'bad-options', `${what} is for this machine and not for modal(); ${next}`)
}
