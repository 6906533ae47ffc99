import { join } from 'node:path'
import { EngineError } from '../errors.js'
import { readEosTokenIds } from './eos-token-ids.js'
import { isJsonObject, type JsonObject, readJsonObject, readRequiredJsonObject } from './read-json-object.js'

/** Decoder architectures that the engine runs. */
export type Architecture = 'qwen3' | 'qwen2' | 'llama'

/** Facts that an architecture fixes in code rather than in config.json. Adding an architecture is adding an entry. */
interface ArchitectureFacts {
  /** Name in config.json's `architectures`. */
  readonly className: string
  /** RMSNorm over each head of queries and keys, before RoPE. */
  readonly qkNorm: boolean
  /** Which attention projections carry a bias: always, never, or as `attention_bias` says. */
  readonly queryKeyValueBias: boolean | 'as-configured'
  readonly outputBias: boolean | 'as-configured'
  /** `head_dim` when config.json leaves it out; null means hidden_size / num_attention_heads. */
  readonly defaultHeadDim: number | null
}

const architectures: Readonly<Record<Architecture, ArchitectureFacts>> = {
  // transformers, models/qwen3/{configuration,modeling}_qwen3.py
  qwen3: {
    className: 'Qwen3ForCausalLM',
    qkNorm: true,
    queryKeyValueBias: 'as-configured',
    outputBias: 'as-configured',
    defaultHeadDim: 128,
  },
  // transformers, models/qwen2/modeling_qwen2.py: also Qwen2.5
  qwen2: {
    className: 'Qwen2ForCausalLM',
    qkNorm: false,
    queryKeyValueBias: true,
    outputBias: false,
    defaultHeadDim: null,
  },
  // transformers, models/llama/modeling_llama.py: also SmolLM2
  llama: {
    className: 'LlamaForCausalLM',
    qkNorm: false,
    queryKeyValueBias: 'as-configured',
    outputBias: 'as-configured',
    defaultHeadDim: null,
  },
}

/** Number format that config.json states for the weights. */
export type TorchDtype = 'bfloat16' | 'float16' | 'float32'

/** How rotary frequencies were stretched for a longer context. */
export type RopeScaling =
  | { readonly type: 'default' }
  | {
      /** Llama 3.1 and later: long waves are stretched by `factor`, short ones kept, those between blended. */
      readonly type: 'llama3'
      readonly factor: number
      readonly lowFreqFactor: number
      readonly highFreqFactor: number
      readonly originalMaxPositions: number
    }

/** Shape and constants of a decoder-only transformer. */
export interface ModelConfig {
  readonly architecture: Architecture
  readonly layers: number
  /** Width of the residual stream. */
  readonly hidden: number
  /** Query heads. */
  readonly heads: number
  /** Key and value heads; divides `heads`. */
  readonly kvHeads: number
  readonly headDim: number
  /** Width of the gated MLP. */
  readonly intermediate: number
  /** Rows of the embedding, padding rows included. */
  readonly vocab: number
  readonly rmsNormEps: number
  readonly ropeTheta: number
  readonly ropeScaling: RopeScaling
  readonly maxPositions: number
  readonly qkNorm: boolean
  /** Biases on the query, key and value projections. */
  readonly attentionBias: boolean
  /** A bias on the attention's output projection. */
  readonly attentionOutputBias: boolean
  /** True when the output head is the embedding table. */
  readonly tiedHead: boolean
  /** Ids that end an assistant's turn: those of generation_config.json, else of config.json. May be empty. */
  readonly eosTokenIds: readonly number[]
  readonly bosTokenId: number | null
  readonly padTokenId: number | null
  /** Format the weights were saved in, when config.json says. */
  readonly torchDtype: TorchDtype | null
}

/**
 * Reads and checks `config.json` (and `generation_config.json`) of a Hugging Face folder.
 * Throws `bad-checkpoint` for a missing or impossible value, `unsupported-model` for what the engine does not run.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const file = join(folder, 'config.json')
  const config = await readRequiredJsonObject(file)
  const generationConfig = await readJsonObject(join(folder, 'generation_config.json'))
  const architecture = architectureOf(file, config)
  const facts = architectures[architecture]
  refuseUnsupported(file, config)

  const count = (key: string, max: number, missing?: number) => countOf(file, config, key, max, missing)
  const hidden = count('hidden_size', 2 ** 20)
  const heads = count('num_attention_heads', 2 ** 14)
  const kvHeads = count('num_key_value_heads', 2 ** 14, heads)
  const headDim = count('head_dim', 2 ** 14, facts.defaultHeadDim ?? hidden / heads)
  const vocab = count('vocab_size', 2 ** 26)
  if (heads % kvHeads !== 0) {
    throw badValue(file, 'num_key_value_heads', kvHeads, `must divide num_attention_heads (${heads})`)
  }
  if (headDim % 2 !== 0) throw badValue(file, 'head_dim', headDim, 'must be even, since RoPE rotates pairs')
  const hasBias = flagOf(file, config, 'attention_bias')
  return {
    architecture,
    layers: count('num_hidden_layers', 4096),
    hidden,
    heads,
    kvHeads,
    headDim,
    intermediate: count('intermediate_size', 2 ** 22),
    vocab,
    rmsNormEps: positiveOf(file, 'rms_norm_eps', config.rms_norm_eps ?? 1e-6),
    ...ropeOf(file, config),
    maxPositions: count('max_position_embeddings', 2 ** 30),
    qkNorm: facts.qkNorm,
    attentionBias: facts.queryKeyValueBias === 'as-configured' ? hasBias : facts.queryKeyValueBias,
    attentionOutputBias: facts.outputBias === 'as-configured' ? hasBias : facts.outputBias,
    tiedHead: flagOf(file, config, 'tie_word_embeddings'),
    eosTokenIds: readEosTokenIds(folder, config, generationConfig, vocab),
    bosTokenId: tokenIdOf(file, config, 'bos_token_id', vocab),
    padTokenId: tokenIdOf(file, config, 'pad_token_id', vocab),
    torchDtype: dtypeOf(config),
  }
}

function architectureOf(file: string, config: JsonObject): Architecture {
  const [className] = Array.isArray(config.architectures) ? config.architectures : [undefined]
  for (const [name, facts] of Object.entries(architectures)) {
    const isNamed = className === undefined || className === facts.className
    if (config.model_type === name && isNamed) return name as Architecture
  }
  const found = className ?? config.model_type ?? 'none'
  const supported = Object.entries(architectures).map(([name, { className }]) => `${name} (${className})`)
  throw new EngineError(
    'unsupported-model',
    `"${file}" asks for the architecture ${JSON.stringify(found)}; the built-in engine runs ${supported.join(', ')}`,
  )
}

function refuseUnsupported(file: string, config: JsonObject): void {
  const refuse = (what: string, supported: string) => {
    throw new EngineError('unsupported-model', `"${file}" asks for ${what}; the built-in engine runs ${supported}`)
  }
  const { hidden_act: activation = 'silu', layer_types: layerTypes, quantization_config: quantization } = config
  if (config.mlp_bias === true) refuse('biases in the MLP (mlp_bias)', 'MLPs without biases only')
  if (activation !== 'silu') refuse(`the activation ${JSON.stringify(activation)}`, '"silu" only')
  const slidingLayer = Array.isArray(layerTypes) && layerTypes.find((type) => type !== 'full_attention')
  if (slidingLayer !== undefined && slidingLayer !== false) {
    refuse(`layers of type ${JSON.stringify(slidingLayer)}`, '"full_attention" only')
  }
  if (config.use_sliding_window === true && config.sliding_window != null) {
    refuse(`a sliding window of ${JSON.stringify(config.sliding_window)}`, 'full attention only')
  }
  if (quantization != null) {
    const method = isJsonObject(quantization) ? quantization.quant_method : quantization
    refuse(`quantized weights (${JSON.stringify(method)})`, 'BF16, F16 and F32 weights')
  }
}

/** RoPE base and scaling, in the spelling before transformers 5 (`rope_theta`) and since (`rope_parameters`). */
function ropeOf(file: string, config: JsonObject): Pick<ModelConfig, 'ropeTheta' | 'ropeScaling'> {
  const parameters = config.rope_parameters ?? config.rope_scaling ?? {}
  if (!isJsonObject(parameters)) throw badValue(file, 'rope_parameters', parameters, 'must be an object')
  const type = parameters.rope_type ?? parameters.type ?? 'default'
  if ((type !== 'default' && type !== 'llama3') || Object.values(parameters).some(isJsonObject)) {
    const shown = type === 'default' ? 'per-layer parameters' : `the type ${JSON.stringify(type)}`
    throw new EngineError(
      'unsupported-model',
      `"${file}" asks for RoPE scaling of ${shown}; the built-in engine runs "default" (none) and "llama3"`,
    )
  }
  const rotaryShare = parameters.partial_rotary_factor ?? config.partial_rotary_factor ?? 1
  if (rotaryShare !== 1) {
    throw new EngineError(
      'unsupported-model',
      `"${file}" rotates ${JSON.stringify(rotaryShare)} of each head; the built-in engine runs full RoPE only`,
    )
  }
  const [older, newer] = [config.rope_theta, parameters.rope_theta]
  if (older != null && newer != null && older !== newer) {
    throw badValue(file, 'rope_theta', older, `contradicts rope_parameters.rope_theta (${JSON.stringify(newer)})`)
  }
  const ropeScaling = type === 'llama3' ? llama3Scaling(file, parameters) : ({ type: 'default' } as const)
  return { ropeTheta: positiveOf(file, 'rope_theta', newer ?? older ?? 10_000), ropeScaling }
}

function llama3Scaling(file: string, parameters: JsonObject): RopeScaling {
  const number = (key: string) => positiveOf(file, key, parameters[key])
  const [lowFreqFactor, highFreqFactor] = [number('low_freq_factor'), number('high_freq_factor')]
  if (highFreqFactor <= lowFreqFactor) {
    throw badValue(file, 'high_freq_factor', highFreqFactor, `must be above low_freq_factor (${lowFreqFactor})`)
  }
  const originalMaxPositions = number('original_max_position_embeddings')
  return { type: 'llama3', factor: number('factor'), lowFreqFactor, highFreqFactor, originalMaxPositions }
}

function countOf(file: string, config: JsonObject, key: string, max: number, missing?: number): number {
  const value = config[key] ?? missing
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max) return value as number
  throw badValue(file, key, value, `must be a whole number from 1 to ${max}`)
}

function positiveOf(file: string, key: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw badValue(file, key, value, 'must be a number above 0')
}

function flagOf(file: string, config: JsonObject, key: string): boolean {
  const value = config[key] ?? false
  if (typeof value === 'boolean') return value
  throw badValue(file, key, value, 'must be true or false')
}

function tokenIdOf(file: string, config: JsonObject, key: string, vocab: number): number | null {
  const value = config[key] ?? null
  // -1 is how some configs spell "none".
  if (value === null || value === -1) return null
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < vocab) return value as number
  throw badValue(file, key, value, `must be a token id below vocab_size (${vocab})`)
}

function dtypeOf(config: JsonObject): TorchDtype | null {
  const dtype = config.dtype ?? config.torch_dtype
  return dtype === 'bfloat16' || dtype === 'float16' || dtype === 'float32' ? dtype : null
}

function badValue(file: string, key: string, value: unknown, rule: string): EngineError {
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 80)
  return new EngineError(
    'bad-checkpoint',
    `"${file}" has ${key} = ${shown}, which ${rule}; correct it or download it again`,
  )
}
