import type { ModelConfig } from '../checkpoint/model-config.js'
import { contrib, type Dim, GraphBuilder, type Value } from '../graph/graph-builder.js'
import { batchedProduct, linear, type RotaryTables, reshape, rmsNorm } from '../graph/operators.js'
import { Tape } from '../graph/tape.js'
import { rotatedHeads } from '../transformer/decoder.js'
import type { LayerParameters } from '../transformer/parameters.js'
import { rotaryTables } from '../transformer/rotary-tables.js'
import { keysName, outputProbabilities, valuesName } from './generation-graphs.js'
import type { GenerationWeights } from './generation-weights.js'

/** What an input or output of a layer belongs to, before its own name. */
export const ofPrompt = (name: string) => `prompt-${name}`
export const ofNewToken = (name: string) => `new-${name}`

/**
 * Computes one token for each of B sequences. Inputs: tokens [B], positions [B, 1], inverseTemperature [B, 1]; of each layer
 * the sequence's own keys and values so far [B * kvHeads, 1, C, headDim]; mask [B * kvHeads, 1, 1, C + 1] over those and the
 * token itself.
 *
 * Where prompts are shared, by up to S sequences each, own is the response alone. There are also the keys and values of
 * the P prompts [P * kvHeads, 1, T, headDim], in front in the mask, and toGroups [P * kvHeads * S] and toSlots [B * kvHeads],
 * see `PromptGroups`. A prompt's queries are multiplied as G products of M rows each, G * M = S * (heads / kvHeads), which
 * the caller picks.
 *
 * Outputs: probabilities [B, vocab] and the new token's keys and values [B * kvHeads, 1, 1, headDim]; the caller writes
 * them into its cache, since the binding would copy a whole cache at every step.
 */
export function decodeGraph(config: ModelConfig, source: GenerationWeights, sharesPrompts: boolean): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const weights = source.declare(graph)
  const tokens = graph.input('tokens', ['B'], 'int64')
  const rotary = rotaryTables(graph, config, config.maxPositions)
  const scaled = (table: Value) => graph.op('Mul', [table, graph.scalar(config.headDim ** -0.5)], table.shape)
  const step: DecodeStep = {
    positions: graph.input('positions', ['B', 1], 'int64'),
    mask: graph.input('mask', ['B*kvHeads', 1, 1, 'visible']),
    groups: sharesPrompts
      ? {
          toGroups: graph.input('toGroups', ['P*kvHeads*S'], 'int32'),
          toSlots: graph.input('toSlots', ['B*kvHeads'], 'int32'),
        }
      : null,
    rotary,
    scaledRotary: { cos: scaled(rotary.cos), sin: scaled(rotary.sin) },
  }
  let x = graph.op('Gather', [weights.embedding, tokens], ['B', config.hidden], { axis: 0 })
  weights.layers.forEach((layer, i) => {
    const normed = rmsNorm(tape, x, layer.attentionNorm, config.rmsNormEps)
    x = linear(tape, attendToCache(tape, config, layer, normed, step, i), layer.output, x)
    if (layer.outputBias) x = graph.op('Add', [x, layer.outputBias], x.shape)
    const mlpInput = rmsNorm(tape, x, layer.mlpNorm, config.rmsNormEps)
    const gate = linear(tape, mlpInput, layer.gate)
    const silu = graph.op('QuickGelu', [gate], gate.shape, { alpha: { float: 1 } }, { domain: contrib })
    const product = graph.op('Mul', [silu, linear(tape, mlpInput, layer.up)], gate.shape)
    x = linear(tape, product, layer.down, x)
  })
  outputProbabilities(tape, config, weights, x)
  source.finish?.(graph)
  return graph
}

interface DecodeStep {
  readonly positions: Value
  readonly mask: Value
  /** Null where no prompts are shared. */
  readonly groups: { readonly toGroups: Value; readonly toSlots: Value } | null
  readonly rotary: RotaryTables
  /** The same times headDim^-0.5: queries rotated by them bring the scale of the scores along. */
  readonly scaledRotary: RotaryTables
}

function attendToCache(
  tape: Tape,
  config: ModelConfig,
  layer: LayerParameters<Value>,
  x: Value,
  step: DecodeStep,
  index: number,
): Value {
  const { graph } = tape
  const { heads, kvHeads, headDim } = config
  const perKv = heads / kvHeads
  const project = (weight: Value, bias: Value | null, norm: Value | null, count: number, rotary: RotaryTables) => {
    const place = { positions: step.positions, rotary, batch: 'B', time: 1 } as const
    return rotatedHeads(tape, config, linear(tape, x, weight, bias), norm, count, place)
  }
  const query = project(layer.query, layer.queryBias, layer.queryNorm, heads, step.scaledRotary)
  const key = project(layer.key, layer.keyBias, layer.keyNorm, kvHeads, step.rotary)
  // One row a product and no factor: ONNX Runtime then reads keys and values where they lie, instead of packing a copy
  // of every head's cache for the sake of the few query heads that share it.
  const oneRow = (width: Dim): Dim[] => ['B*kvHeads', perKv, 1, width]
  const q = reshape(tape, query, oneRow(headDim))
  const k = reshape(tape, key, ['B*kvHeads', 1, 1, headDim])
  const v = reshape(tape, linear(tape, x, layer.value, layer.valueBias), ['B*kvHeads', 1, 1, headDim])
  const cacheOf = (rows: string, time: string, named: (name: string) => string) => ({
    keys: graph.input(named(keysName(index)), [rows, 1, time, headDim]),
    values: graph.input(named(valuesName(index)), [rows, 1, time, headDim]),
  })
  const own = cacheOf('B*kvHeads', 'C', (name) => name)
  const prompt = step.groups && promptAttention(tape, config, step.groups, cacheOf('P*kvHeads', 'T', ofPrompt))

  const newScore = graph.op('ReduceSum', [graph.op('Mul', [q, k], q.shape), graph.ints([3])], oneRow(1), {
    keepdims: 1,
  })
  const scores = [...(prompt ? [prompt.scores(q)] : []), batchedProduct(tape, q, own.keys, { transB: true }), newScore]
  const all = oneRow('visible')
  const masked = graph.op('Add', [graph.op('Concat', scores, all, { axis: 3 }), step.mask], all)
  const widths: Dim[] = [...(prompt ? ['T'] : []), 'C', 1]
  const weights = graph.ops(
    'Split',
    [graph.op('Softmax', [masked], all, { axis: -1 }), graph.shapeVector(widths)],
    widths.map((width) => ({ shape: oneRow(width), type: 'float32' })),
    { axis: 3 },
  )
  const [onOwn, onNew] = weights.slice(-2) as [Value, Value]
  const mixes = [batchedProduct(tape, onOwn, own.values), graph.op('Mul', [onNew, v], q.shape)]
  if (prompt) mixes.push(prompt.mix(weights[0] as Value))
  graph.output(k, ofNewToken(keysName(index)))
  graph.output(v, ofNewToken(valuesName(index)))
  const mixed = mixes.reduce((sum, mix) => graph.op('Add', [sum, mix], q.shape))
  return reshape(tape, mixed, ['B', heads * headDim])
}

/** The part of attention that looks at shared prompts, for rows [B * kvHeads, heads / kvHeads, 1, headDim]. */
function promptAttention(
  tape: Tape,
  { heads, kvHeads, headDim }: ModelConfig,
  { toGroups, toSlots }: NonNullable<DecodeStep['groups']>,
  { keys, values }: { readonly keys: Value; readonly values: Value },
) {
  const { graph } = tape
  const perKv = heads / kvHeads
  const gather = (rows: Value, places: Value, width: Dim) =>
    graph.op('Gather', [rows, places], [places.shape[0] as Dim, perKv, 1, width], { axis: 0 })
  const toPrompts = (rows: Value, width: Dim) =>
    reshape(tape, gather(rows, toGroups, width), ['P*kvHeads', 'G', 'M', width])
  const toRows = (grouped: Value, width: Dim) =>
    gather(reshape(tape, grouped, ['P*kvHeads*S', perKv, 1, width]), toSlots, width)
  return {
    scores: (queries: Value) => toRows(batchedProduct(tape, toPrompts(queries, headDim), keys, { transB: true }), 'T'),
    mix: (weights: Value) => toRows(batchedProduct(tape, toPrompts(weights, 'T'), values), headDim),
  }
}
