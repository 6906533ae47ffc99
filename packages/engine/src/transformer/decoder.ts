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
  tail,
} from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import { type AttentionLayout, sequenceLayout } from './attention-layout.js'
import type { ParameterValues } from './parameters.js'
import { rotaryTables } from './rotary-tables.js'

/** Keys and values of one layer as its attention reads them, keys already rotated. */
export interface LayerCache {
  readonly keys: Value
  readonly values: Value
}

/** Where tokens stand: [batch * time] of them. */
export interface TokenPlaces {
  readonly batch: Dim
  readonly time: Dim
  /** Position of each token in its own sequence, [batch, time]. */
  readonly positions: Value
  readonly layout: AttentionLayout
}

export interface DecoderInputs extends TokenPlaces {
  /** Token ids, [batch * time]. */
  readonly tokens: Value
  readonly rotary: RotaryTables
  /**
   * Given where the output of the first `from` tokens is not wanted: of those the last layer computes keys and values alone,
   * and the output is that of the others, [batch * time] of these places.
   */
  readonly end?: TokenPlaces & { readonly from: string }
}

export interface DecoderOptions {
  /** True keeps each layer's input only and computes the layer again in the backward pass. */
  readonly recomputesLayers: boolean
}

export interface DecoderOutputs {
  /** Hidden states before the final norm, [tokens, hidden], or those of `end` alone. */
  readonly hidden: Value
  /** Token embeddings, where the table's input gradient arrives, [batch * time, hidden]. */
  readonly embedded: Value
  /** Empty when layers are recomputed. */
  readonly caches: readonly LayerCache[]
}

/** Declares the inputs of whole sequences: tokens [N], positions [B, T], mask [B, 1, 1, T, T], or one for all in place of B. */
export function sequenceInputs(graph: GraphBuilder, config: ModelConfig): DecoderInputs {
  return {
    batch: 'B',
    time: 'T',
    tokens: graph.input('tokens', ['N'], 'int64'),
    positions: graph.input('positions', ['B', 'T'], 'int64'),
    rotary: rotaryTables(graph, config, config.maxPositions),
    layout: sequenceLayout(config, 'B', 'T', 'N', graph.input('mask', ['B', 1, 1, 'T', 'T'])),
  }
}

/** Each position sees itself and those before, [time, time]; so what stands behind a text is seen by nothing of it. */
export function causalMask(time: number): Float32Array {
  const mask = new Float32Array(time * time)
  for (let t = 0; t < time; t++) mask.fill(-1e30, t * time + t + 1, (t + 1) * time)
  return mask
}

/** Writes a pre-norm decoder with grouped-query attention, RoPE and SwiGLU over rows of tokens. */
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
    const end = layer === parameters.layers.at(-1) ? inputs.end : undefined
    const run = (x: Value) => decoderLayer(tape, config, layer, x, { ...inputs, end })
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

type LayerInputs = Omit<DecoderInputs, 'end'> & { readonly end: DecoderInputs['end'] | undefined }

function decoderLayer(tape: Tape, config: ModelConfig, layer: LayerValues, x: Value, inputs: LayerInputs) {
  const { end } = inputs
  const wanted = (value: Value) => (end ? tail(tape, value, end.from, end.batch) : value)
  const normed = rmsNorm(tape, x, layer.attentionNorm, config.rmsNormEps)
  const { output, cache } = attention(tape, config, layer, { all: normed, wanted: wanted(normed) }, inputs)
  let attended = linear(tape, output, layer.output, wanted(x))
  if (layer.outputBias) attended = add(tape, attended, layer.outputBias)
  const mlpInput = rmsNorm(tape, attended, layer.mlpNorm, config.rmsNormEps)
  const mixed = swiglu(tape, linear(tape, mlpInput, layer.gate), linear(tape, mlpInput, layer.up))
  return { output: linear(tape, mixed, layer.down, attended), cache }
}

function attention(
  tape: Tape,
  config: ModelConfig,
  layer: LayerValues,
  x: { readonly all: Value; readonly wanted: Value },
  inputs: LayerInputs,
) {
  const { heads, kvHeads } = config
  const { rotary: tables, end } = inputs
  const asking = { ...(end ?? inputs), rotary: tables }
  const query = linear(tape, x.wanted, layer.query, layer.queryBias)
  const key = linear(tape, x.all, layer.key, layer.keyBias)
  const operands = asking.layout.arrange(tape, {
    queries: rotatedHeads(tape, config, query, layer.queryNorm, heads, asking),
    keys: rotatedHeads(tape, config, key, layer.keyNorm, kvHeads, inputs),
    values: linear(tape, x.all, layer.value, layer.valueBias),
  })
  const output = asking.layout.restore(tape, attend(tape, operands))
  const { keys, values } = operands
  return { output, cache: { keys, values } satisfies LayerCache }
}

/** Normalises projected queries or keys a head, where the architecture does, and rotates them: [batch, time, count * headDim]. */
export function rotatedHeads(
  tape: Tape,
  config: ModelConfig,
  projected: Value,
  norm: Value | null,
  count: number,
  { batch, time, positions, rotary: tables }: Omit<TokenPlaces, 'layout'> & Pick<DecoderInputs, 'rotary'>,
): Value {
  const heads = reshape(tape, projected, [`${batch}*${time}*${count}`, config.headDim])
  const normed = norm ? rmsNorm(tape, heads, norm, config.rmsNormEps) : heads
  return rotary(tape, reshape(tape, normed, [batch, time, count * config.headDim]), positions, tables, count)
}
