import { type Quantization, quantizations } from '@training-gym/engine'
import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { requireKeyBeyondLoopback } from './server-access.js'

export interface EngineRecipeOptions {
  /** Threads of the maths library. Default: the number of cores. */
  readonly threads?: number | undefined
  /** Sequences decoded together at most. Default: the engine's, 128. */
  readonly maxBatch?: number | undefined
  /**
   * Rounds the matrices to 8 or 4 bits when the model is loaded: faster at few requests at a time; what it
   * does to the distribution is in docs/serving.md. Default: none, the weights as they are.
   */
  readonly quantization?: Quantization | undefined
  /** Samples running or waiting at most; more are answered 429. Default 1,024. */
  readonly maxQueue?: number | undefined
  /** The longest that a streamed token may wait for the next ones when many streams are open, ms; 0: never. Default 150. */
  readonly maxStreamDelayMs?: number | undefined
  /** Address to listen on. Default: 127.0.0.1; any other than this machine's own needs `apiKey`. */
  readonly host?: string | undefined
  /** Must come with every request, as a bearer token. Default: none is asked for. */
  readonly apiKey?: string | undefined
}

const schema = z.strictObject({
  threads: z.int().min(1).max(1024).optional(),
  maxBatch: z.int().min(1).max(4096).optional(),
  quantization: z.enum(quantizations).optional(),
  maxQueue: z.int().min(1).max(1_000_000).optional(),
  maxStreamDelayMs: z.number().min(0).max(10_000).optional(),
  host: z.string().min(1).max(255).optional(),
  apiKey: z.string().min(1).max(1000).optional(),
})

/**
 * Serves with the built-in engine, on this machine's CPU.
 *
 * @example
 * new DeploymentConfig({ model: new TinyPoet(), recipe: new EngineRecipe({ threads: 2 }) })
 */
export class EngineRecipe {
  readonly kind = 'engine'
  readonly options: EngineRecipeOptions

  /** @throws GymError `bad-options`, naming the option; `api-key-missing` for a host beyond this machine without a key. */
  constructor(options: EngineRecipeOptions = {}) {
    this.options = parseOptions(schema, options, 'EngineRecipe')
    requireKeyBeyondLoopback(this.options)
  }
}
