import type { ModelConfig } from '../checkpoint/model-config.js'
import type { GraphBuilder, Value } from '../graph/graph-builder.js'

/** Where one tensor of the checkpoint lives inside the flat array of all weights. */
export interface Parameter {
  /** Hugging Face name. */
  readonly name: string
  /** Shape in memory: matrices are [in, out], so that x @ W needs no transposed operand in any pass. */
  readonly shape: readonly number[]
  /** True when the checkpoint stores the matrix as [out, in]. */
  readonly isTransposed: boolean
  readonly offset: number
  readonly size: number
}

/** Lays out all weights in one flat array, in the order of the layers. */
export interface ParameterLayout {
  readonly parameters: readonly Parameter[]
  readonly size: number
}

export interface LayerParameters<T> {
  readonly attentionNorm: T
  readonly query: T
  readonly key: T
  readonly value: T
  readonly queryBias: T | null
  readonly keyBias: T | null
  readonly valueBias: T | null
  readonly queryNorm: T | null
  readonly keyNorm: T | null
  readonly output: T
  readonly outputBias: T | null
  readonly mlpNorm: T
  readonly gate: T
  readonly up: T
  readonly down: T
}

/** All weights of a decoder under the names that the graph code uses. `head` is `embedding` itself when tied. */
export interface DecoderParameters<T> {
  readonly embedding: T
  readonly layers: readonly LayerParameters<T>[]
  readonly finalNorm: T
  readonly head: T
}

export type ParameterValues = DecoderParameters<Value>

/** Builds the layout and the structured view of it from the configuration. */
export function layoutParameters(config: ModelConfig): {
  layout: ParameterLayout
  structure: DecoderParameters<Parameter>
} {
  const parameters: Parameter[] = []
  let offset = 0
  const place = (name: string, shape: readonly number[], isTransposed: boolean): Parameter => {
    const size = shape.reduce((a, b) => a * b, 1)
    const parameter = { name, shape, isTransposed, offset, size }
    parameters.push(parameter)
    offset += size
    return parameter
  }
  const vector = (name: string, width: number) => place(name, [width], false)
  const matrix = (name: string, inputs: number, outputs: number) => place(name, [inputs, outputs], true)
  const { hidden: d, headDim, heads, kvHeads, intermediate, vocab } = config

  const bias = (layer: number, projection: string, width: number) =>
    vector(`model.layers.${layer}.self_attn.${projection}.bias`, width)

  const embedding = place('model.embed_tokens.weight', [vocab, d], false)
  const layers = Array.from({ length: config.layers }, (_, i): LayerParameters<Parameter> => {
    const at = (suffix: string) => `model.layers.${i}.${suffix}.weight`
    return {
      attentionNorm: vector(at('input_layernorm'), d),
      query: matrix(at('self_attn.q_proj'), d, heads * headDim),
      key: matrix(at('self_attn.k_proj'), d, kvHeads * headDim),
      value: matrix(at('self_attn.v_proj'), d, kvHeads * headDim),
      queryBias: config.attentionBias ? bias(i, 'q_proj', heads * headDim) : null,
      keyBias: config.attentionBias ? bias(i, 'k_proj', kvHeads * headDim) : null,
      valueBias: config.attentionBias ? bias(i, 'v_proj', kvHeads * headDim) : null,
      queryNorm: config.qkNorm ? vector(at('self_attn.q_norm'), headDim) : null,
      keyNorm: config.qkNorm ? vector(at('self_attn.k_norm'), headDim) : null,
      output: matrix(at('self_attn.o_proj'), heads * headDim, d),
      outputBias: config.attentionOutputBias ? bias(i, 'o_proj', d) : null,
      mlpNorm: vector(at('post_attention_layernorm'), d),
      gate: matrix(at('mlp.gate_proj'), d, intermediate),
      up: matrix(at('mlp.up_proj'), d, intermediate),
      down: matrix(at('mlp.down_proj'), intermediate, d),
    }
  })
  const finalNorm = vector('model.norm.weight', d)
  // The head stays [vocab, hidden], as the embedding table it may be tied to.
  const head = config.tiedHead ? embedding : place('lm_head.weight', [vocab, d], false)
  return { layout: { parameters, size: offset }, structure: { embedding, layers, finalNorm, head } }
}

/** Maps the structured view, each parameter once: a tied head stays the same object as the embedding. */
export function mapParameters<T>(
  structure: DecoderParameters<Parameter>,
  map: (parameter: Parameter) => T,
): DecoderParameters<T> {
  const layer = (l: LayerParameters<Parameter>): LayerParameters<T> => ({
    attentionNorm: map(l.attentionNorm),
    query: map(l.query),
    key: map(l.key),
    value: map(l.value),
    queryBias: l.queryBias && map(l.queryBias),
    keyBias: l.keyBias && map(l.keyBias),
    valueBias: l.valueBias && map(l.valueBias),
    queryNorm: l.queryNorm && map(l.queryNorm),
    keyNorm: l.keyNorm && map(l.keyNorm),
    output: map(l.output),
    outputBias: l.outputBias && map(l.outputBias),
    mlpNorm: map(l.mlpNorm),
    gate: map(l.gate),
    up: map(l.up),
    down: map(l.down),
  })
  const embedding = map(structure.embedding)
  return {
    embedding,
    layers: structure.layers.map(layer),
    finalNorm: map(structure.finalNorm),
    head: structure.head === structure.embedding ? embedding : map(structure.head),
  }
}

/** Declares the weights as graph inputs, so that training always runs on the current ones. */
export function parameterInputs(graph: GraphBuilder, structure: DecoderParameters<Parameter>): ParameterValues {
  return mapParameters(structure, (p) => graph.input(p.name, p.shape))
}

/** Copies a tensor between its on-disk and in-memory orientation; both directions are the same transposition. */
export function reorient(source: Float32Array, target: Float32Array, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) target[c * rows + r] = source[r * columns + c] as number
}
