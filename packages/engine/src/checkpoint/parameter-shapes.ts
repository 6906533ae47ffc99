import { EngineError } from '../errors.js'
import { isFloatFormat } from './float-formats.js'
import type { ModelConfig } from './model-config.js'
import type { Weights } from './safetensors.js'

/** One weight of a model under its Hugging Face name; matrices are [out, in], as on disk. */
export interface ParameterShape {
  readonly name: string
  readonly shape: readonly number[]
}

/** Lists every weight that a model of this configuration has, embedding first, layer by layer, head last. */
export function parameterShapes(config: ModelConfig): ParameterShape[] {
  const { hidden, intermediate, vocab } = config
  const shapes: ParameterShape[] = [{ name: 'model.embed_tokens.weight', shape: [vocab, hidden] }]
  for (let layer = 0; layer < config.layers; layer++) {
    const add = (name: string, ...shape: number[]) => shapes.push({ name: `model.layers.${layer}.${name}`, shape })
    add('input_layernorm.weight', hidden)
    addAttention(config, add)
    add('post_attention_layernorm.weight', hidden)
    add('mlp.gate_proj.weight', intermediate, hidden)
    add('mlp.up_proj.weight', intermediate, hidden)
    add('mlp.down_proj.weight', hidden, intermediate)
  }
  shapes.push({ name: 'model.norm.weight', shape: [hidden] })
  if (!config.tiedHead) shapes.push({ name: 'lm_head.weight', shape: [vocab, hidden] })
  return shapes
}

function addAttention(config: ModelConfig, add: (name: string, ...shape: number[]) => void): void {
  const { hidden, headDim } = config
  const queryWidth = config.heads * headDim
  const kvWidth = config.kvHeads * headDim
  for (const [projection, width] of [['q', queryWidth] as const, ['k', kvWidth] as const, ['v', kvWidth] as const]) {
    add(`self_attn.${projection}_proj.weight`, width, hidden)
    if (config.attentionBias) add(`self_attn.${projection}_proj.bias`, width)
  }
  if (config.qkNorm) {
    add('self_attn.q_norm.weight', headDim)
    add('self_attn.k_norm.weight', headDim)
  }
  add('self_attn.o_proj.weight', hidden, queryWidth)
  if (config.attentionOutputBias) add('self_attn.o_proj.bias', hidden)
}

/** What a checkpoint holds beyond what its model needs. */
export interface WeightsReport {
  /** Tensors that are not used. A `lm_head.weight` saved beside a tied embedding is ignored and not listed. */
  readonly unexpected: readonly string[]
}

/**
 * Checks that weights fit a configuration. Throws `bad-checkpoint` naming the first tensor that is missing, of another
 * shape (expected and found), or not floating-point.
 */
export function checkWeights(config: ModelConfig, weights: Pick<Weights, 'tensors'>): WeightsReport {
  const expected = parameterShapes(config)
  const missing = expected.filter(({ name }) => !weights.tensors.has(name))
  const [first] = missing
  if (first) {
    const others = missing.length > 1 ? ` and ${missing.length - 1} more` : ''
    throw new EngineError(
      'bad-checkpoint',
      `the weights lack tensor "${first.name}" [${first.shape}]${others}; check that config.json and the weights belong together`,
    )
  }
  for (const { name, shape } of expected) {
    const found = weights.tensors.get(name)
    if (!found) continue
    if (found.shape.join() !== shape.join()) {
      const message = `tensor "${name}" has shape [${found.shape}] where config.json asks for [${shape}]`
      throw new EngineError('bad-checkpoint', `${message}; check that config.json and the weights belong together`)
    }
    if (!isFloatFormat(found.dtype)) {
      throw new EngineError(
        'bad-checkpoint',
        `tensor "${name}" is ${found.dtype}; convert the weights to BF16, F16 or F32`,
      )
    }
  }
  const used = new Set(expected.map(({ name }) => name))
  if (config.tiedHead) used.add('lm_head.weight')
  return { unexpected: [...weights.tensors.keys()].filter((name) => !used.has(name)) }
}
