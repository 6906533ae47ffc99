import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { type InstalledEngineOptions, installedEngineFields } from './engine-flags.js'

/** Options of `sglang.launch_server` under their own names; what is left out is SGLang's to decide. */
export interface SglangRecipeOptions extends InstalledEngineOptions {
  /** GPUs that share each layer; must divide the model's heads and its heads for keys and values. SGLang's default: 1. */
  readonly tpSize?: number | undefined
  /** Copies of the model that share the requests. */
  readonly dpSize?: number | undefined
  /** Longest prompt and answer together, tokens. */
  readonly contextLength?: number | undefined
  /** Share of each GPU's memory for weights and cache, 0 to 1. */
  readonly memFractionStatic?: number | undefined
  /** Number type of the weights: `auto`, `bfloat16`, `float16`, ... */
  readonly dtype?: string | undefined
  readonly quantization?: string | undefined
  readonly kvCacheDtype?: string | undefined
  /** Sequences decoded together at most. */
  readonly maxRunningRequests?: number | undefined
  /** Tokens of a long prompt that are read in one step. */
  readonly chunkedPrefillSize?: number | undefined
  readonly attentionBackend?: string | undefined
  /** True skips the captured graphs: starts sooner, answers more slowly. */
  readonly disableCudaGraph?: boolean | undefined
  /** True keeps no prefixes between requests. */
  readonly disableRadixCache?: boolean | undefined
  readonly enableLora?: boolean | undefined
  readonly maxLoraRank?: number | undefined
  /** Adapters by the name that clients give, e.g. `{ haiku: './adapter' }`; needs `enableLora`. */
  readonly loraPaths?: Readonly<Record<string, string>> | undefined
  /** Moves a reasoning model's thoughts out of the answer, e.g. `qwen3`. */
  readonly reasoningParser?: string | undefined
  readonly toolCallParser?: string | undefined
  /** File or name of a chat template to use in place of the model's. */
  readonly chatTemplate?: string | undefined
  /** Runs code that the model's repository brings along. */
  readonly trustRemoteCode?: boolean | undefined
  readonly randomSeed?: number | undefined
  /** Folder for downloaded models. Default: the Hugging Face cache. */
  readonly downloadDir?: string | undefined
  /**
   * Where sampling defaults come from. `openai`, the default, means constants: `model` takes the model's own, and
   * evaluations that leave something out are then not comparable. Null leaves the flag out, for versions without it.
   */
  readonly samplingDefaults?: 'openai' | 'model' | null | undefined
}

const count = z.int().min(1)
const text = z.string().min(1)

const schema = z.strictObject({
  tpSize: count.optional(),
  dpSize: count.optional(),
  contextLength: count.optional(),
  memFractionStatic: z.number().gt(0).max(1).optional(),
  dtype: text.optional(),
  quantization: text.optional(),
  kvCacheDtype: text.optional(),
  maxRunningRequests: count.optional(),
  chunkedPrefillSize: z.int().optional(),
  attentionBackend: text.optional(),
  disableCudaGraph: z.boolean().optional(),
  disableRadixCache: z.boolean().optional(),
  enableLora: z.boolean().optional(),
  maxLoraRank: count.optional(),
  loraPaths: z.record(text, text).optional(),
  reasoningParser: text.optional(),
  toolCallParser: text.optional(),
  chatTemplate: text.optional(),
  trustRemoteCode: z.boolean().optional(),
  randomSeed: z.int().optional(),
  downloadDir: text.optional(),
  samplingDefaults: z.enum(['openai', 'model']).nullable().default('openai'),
  ...installedEngineFields('python3', {
    '--model-path': 'give it as model of DeploymentConfig',
    '--model': 'give it as model of DeploymentConfig',
    '--host': 'it listens on 127.0.0.1',
    '--port': 'give it as port of DeploymentConfig',
    '--served-model-name': 'give it as servedModelName of DeploymentConfig',
    '--api-key': 'it listens on 127.0.0.1 without a key',
  }),
})

/**
 * Serves with the SGLang that is installed on this machine, on its GPUs.
 *
 * @example
 * new DeploymentConfig({ model: new Qwen3_4B(), recipe: new SglangRecipe({ contextLength: 8192 }) })
 */
export class SglangRecipe {
  readonly kind = 'sglang'
  readonly options: z.output<typeof schema>

  /** @throws GymError `bad-options`, naming the option. */
  constructor(options: SglangRecipeOptions = {}) {
    this.options = parseOptions(schema, options, 'SglangRecipe')
  }
}
