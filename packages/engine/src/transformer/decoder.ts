import type { ModelConfig } from '../checkpoint/model-config.js'
import type { Dim, GraphBuilder, Value } from '../graph/graph-builder.js'
import {
  add,
  attend,
  embed,
  linear,
  type RotaryTables,
  reshape,
  rmsNorm,
  rotary,
  swiglu,
  transpose,
} from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import type { ParameterValues } from './parameters.js'
import { rotaryTables } from './rotary-tables.js'

/** Keys and values of one layer, [batch, kvHeads, time, headDim], keys already rotated. */
export interface LayerCache {
  readonly keys: Value
  readonly values: Value
}

export interface DecoderInputs {
  readonly batch: Dim
  readonly time: Dim
  /** Token ids, [batch * time]. */
  readonly tokens: Value
  /** Position of each token in its own sequence, [batch, time]. */
  readonly positions: Value
  /** Added to attention scores: 0 where a token may look, very negative where not, [batch, 1, 1, time, time]. */
  readonly mask: Value
  readonly rotary: RotaryTables
}

export interface DecoderOptions {
  /** True keeps each layer's input only and computes the layer again in the backward pass. */
  readonly recomputesLayers: boolean
}

export interface DecoderOutputs {
  /** Hidden states before the final norm, [batch * time, hidden]. */
  readonly hidden: Value
  /** Token embeddings, where the table's input gradient arrives, [batch * time, hidden]. */
  readonly embedded: Value
  /** Empty when layers are recomputed. */
  readonly caches: readonly LayerCache[]
}

/** Declares the inputs of whole sequences: tokens [N], positions [B, T], mask [B, 1, 1, T, T]. */
export function sequenceInputs(graph: GraphBuilder, config: ModelConfig): DecoderInputs {
  return {
    batch: 'B',
    time: 'T',
    tokens: graph.input('tokens', ['N'], 'int64'),
    positions: graph.input('positions', ['B', 'T'], 'int64'),
    mask: graph.input('mask', ['B', 1, 1, 'T', 'T']),
    rotary: rotaryTables(graph, config, config.maxPositions),
  }
}

/** Writes a pre-norm decoder with grouped-query attention, RoPE and SwiGLU over whole sequences. */
export function decoder(
  tape: Tape,
  config: ModelConfig,
  parameters: ParameterValues,
  inputs: DecoderInputs,
  { recomputesLayers }: DecoderOptions = { recomputesLayers: false },
): DecoderOutputs {
  const embedded = embed(tape, parameters.embedding, inputs.tokens)
  const caches: LayerCache[] = []
  let hidden = embedded
  for (const layer of parameters.layers) {
    const run = (x: Value) => decoderLayer(tape, config, layer, x, inputs)
    if (recomputesLayers) hidden = tape.recomputed(hidden, (x) => run(x).output)
    else {
      const { output, cache } = run(hidden)
      caches.push(cache)
      hidden = output
    }
  }
  return { hidden, embedded, caches }
}

type LayerValues = ParameterValues['layers'][number]

function decoderLayer(tape: Tape, config: ModelConfig, layer: LayerValues, x: Value, inputs: DecoderInputs) {
  const normed = rmsNorm(tape, x, layer.attentionNorm, config.rmsNormEps)
  const { output, cache } = attention(tape, config, layer, normed, inputs)
  let attended = linear(tape, output, layer.output, x)
  if (layer.outputBias) attended = add(tape, attended, layer.outputBias)
  const mlpInput = rmsNorm(tape, attended, layer.mlpNorm, config.rmsNormEps)
  const mixed = swiglu(tape, linear(tape, mlpInput, layer.gate), linear(tape, mlpInput, layer.up))
  return { output: linear(tape, mixed, layer.down, attended), cache }
}

function attention(tape: Tape, config: ModelConfig, layer: LayerValues, x: Value, inputs: DecoderInputs) {
  const { batch, time } = inputs
  const { heads, kvHeads, headDim } = config
  const perKv = heads / kvHeads
  const rotated = (weight: Value, bias: Value | null, norm: Value | null, count: number) =>
    rotatedHeads(tape, config, linear(tape, x, weight, bias), norm, count, inputs)
  const byHead = (value: Value) => transpose(tape, reshape(tape, value, [batch, time, kvHeads, headDim]), [0, 2, 1, 3])

  const q = reshape(tape, rotated(layer.query, layer.queryBias, layer.queryNorm, heads), [
    batch,
    time,
    kvHeads,
    perKv,
    headDim,
  ])
  const queries = reshape(tape, transpose(tape, q, [0, 2, 3, 1, 4]), [batch, kvHeads, 'queries', headDim])
  const keys = byHead(rotated(layer.key, layer.keyBias, layer.keyNorm, kvHeads))
  const values = byHead(linear(tape, x, layer.value, layer.valueBias))

  const attended = attend(tape, { queries, keys, values, mask: inputs.mask })
  const mixed = reshape(tape, attended, [batch, kvHeads, perKv, time, headDim])
  const output = reshape(tape, transpose(tape, mixed, [0, 3, 1, 2, 4]), [
    inputs.tokens.shape[0] as Dim,
    heads * headDim,
  ])
  return { output, cache: { keys, values } satisfies LayerCache }
}

/** Normalises projected queries or keys a head, where the architecture does, and rotates them: [batch, time, count * headDim]. */
export function rotatedHeads(
  tape: Tape,
  config: ModelConfig,
  projected: Value,
  norm: Value | null,
  count: number,
  { batch, time, positions, rotary: tables }: Pick<DecoderInputs, 'batch' | 'time' | 'positions' | 'rotary'>,
): Value {
  const heads = reshape(tape, projected, [`tokens*${count}`, config.headDim])
  const normed = norm ? rmsNorm(tape, heads, norm, config.rmsNormEps) : heads
  return rotary(tape, reshape(tape, normed, [batch, time, count * config.headDim]), positions, tables, count)
}
