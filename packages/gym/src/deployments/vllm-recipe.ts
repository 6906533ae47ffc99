import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { type InstalledEngineOptions, installedEngineFields } from './engine-flags.js'

/** Options of `vllm serve` under their own names; what is left out is vLLM's to decide. */
export interface VllmRecipeOptions extends InstalledEngineOptions {
  /** GPUs that share each layer; must divide the model's heads and its heads for keys and values. vLLM's default: 1. */
  readonly tensorParallelSize?: number | undefined
  /** Groups of GPUs that hold the layers one after the other. */
  readonly pipelineParallelSize?: number | undefined
  /** Copies of the model that share the requests. */
  readonly dataParallelSize?: number | undefined
  /** Longest prompt and answer together, tokens. */
  readonly maxModelLen?: number | undefined
  /** Share of each GPU's memory that vLLM takes, 0 to 1. vLLM's default: 0.9. */
  readonly gpuMemoryUtilization?: number | undefined
  /** Number type of the weights: `auto`, `bfloat16`, `float16`, ... */
  readonly dtype?: string | undefined
  readonly quantization?: string | undefined
  readonly kvCacheDtype?: string | undefined
  /** Sequences decoded together at most. */
  readonly maxNumSeqs?: number | undefined
  /** Tokens of one step at most, over all sequences. */
  readonly maxNumBatchedTokens?: number | undefined
  /** True skips the compiled graphs: starts sooner, answers more slowly. */
  readonly enforceEager?: boolean | undefined
  readonly enablePrefixCaching?: boolean | undefined
  readonly enableLora?: boolean | undefined
  readonly maxLoraRank?: number | undefined
  /** Adapters by the name that clients give as `model`, e.g. `{ haiku: './adapter' }`; needs `enableLora`. */
  readonly loraModules?: Readonly<Record<string, string>> | undefined
  /** Moves a reasoning model's thoughts out of the answer, e.g. `qwen3`. */
  readonly reasoningParser?: string | undefined
  readonly enableAutoToolChoice?: boolean | undefined
  readonly toolCallParser?: string | undefined
  /** File of a chat template to use in place of the model's. */
  readonly chatTemplate?: string | undefined
  /** Runs code that the model's repository brings along. */
  readonly trustRemoteCode?: boolean | undefined
  readonly seed?: number | undefined
  /** Folder for downloaded models. Default: the Hugging Face cache. */
  readonly downloadDir?: string | undefined
  /**
   * Where sampling defaults come from. `vllm`, the default, means none: `auto` takes the model's own (Qwen3: temperature
   * 0.6), and evaluations that leave something out are then not comparable.
   */
  readonly generationConfig?: string | undefined
}

const count = z.int().min(1)
const text = z.string().min(1)

const schema = z.strictObject({
  tensorParallelSize: count.optional(),
  pipelineParallelSize: count.optional(),
  dataParallelSize: count.optional(),
  maxModelLen: count.optional(),
  gpuMemoryUtilization: z.number().gt(0).max(1).optional(),
  dtype: text.optional(),
  quantization: text.optional(),
  kvCacheDtype: text.optional(),
  maxNumSeqs: count.optional(),
  maxNumBatchedTokens: count.optional(),
  enforceEager: z.boolean().optional(),
  enablePrefixCaching: z.boolean().optional(),
  enableLora: z.boolean().optional(),
  maxLoraRank: count.optional(),
  loraModules: z.record(text, text).optional(),
  reasoningParser: text.optional(),
  enableAutoToolChoice: z.boolean().optional(),
  toolCallParser: text.optional(),
  chatTemplate: text.optional(),
  trustRemoteCode: z.boolean().optional(),
  seed: z.int().optional(),
  downloadDir: text.optional(),
  generationConfig: text.default('vllm'),
  ...installedEngineFields('vllm', {
    '--model': 'give it as model of DeploymentConfig',
    '--host': 'it listens on 127.0.0.1',
    '--port': 'give it as port of DeploymentConfig',
    '--served-model-name': 'give it as servedModelName of DeploymentConfig',
    '--api-key': 'it listens on 127.0.0.1 without a key',
  }),
})

/**
 * Serves with the vLLM that is installed on this machine, on its GPUs.
 *
 * @example
 * new DeploymentConfig({ model: new Qwen3_4B(), recipe: new VllmRecipe({ maxModelLen: 8192 }) })
 */
export class VllmRecipe {
  readonly kind = 'vllm'
  readonly options: z.output<typeof schema>

  /** @throws GymError `bad-options`, naming the option. */
  constructor(options: VllmRecipeOptions = {}) {
    this.options = parseOptions(schema, options, 'VllmRecipe')
  }
}
