import type { ModelConfig } from '../checkpoint/model-config.js'
import { contrib, type Dim, GraphBuilder, type Value } from '../graph/graph-builder.js'
import { batchedProduct, linear, pickRows, type RotaryTables, reshape, rmsNorm } from '../graph/operators.js'
import { Tape } from '../graph/tape.js'
import { decoder, rotatedHeads, sequenceInputs } from '../transformer/decoder.js'
import type { LayerParameters } from '../transformer/parameters.js'
import { rotaryTables } from '../transformer/rotary-tables.js'
import type { DeclaredWeights, GenerationWeights } from './generation-weights.js'

export const keysName = (layer: number) => `keys:${layer}`
export const valuesName = (layer: number) => `values:${layer}`

/**
 * Computes whole prompts. Inputs: tokens [N], positions [B, T], mask [B, 1, 1, T, T], rows [B] (each prompt's last
 * position), inverseTemperature [B, 1]. Outputs: probabilities [B, vocab] of the next token, keys and values of each
 * layer [B, kvHeads, T, headDim].
 */
export function prefillGraph(config: ModelConfig, source: GenerationWeights): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const declared = source.declare(graph)
  const { hidden, caches } = decoder(tape, config, declared.parameters, sequenceInputs(graph, config))
  const picked = pickRows(tape, hidden, graph.input('rows', ['B'], 'int64'))
  outputProbabilities(tape, config, declared, picked)
  caches.forEach(({ keys, values }, layer) => {
    graph.output(keys, keysName(layer))
    graph.output(values, valuesName(layer))
  })
  source.finish?.(graph)
  return graph
}

/**
 * Computes one token for each of B sequences. Inputs: tokens [B], positions [B, 1], mask [B, 1, 1, C] over the cache,
 * the cache itself, keys and values of each layer [B, kvHeads, C, headDim], inverseTemperature [B, 1]. Outputs:
 * probabilities [B, vocab] and the new token's keys and values [B, kvHeads, 1, headDim]; the caller writes them into
 * its cache, since the binding would copy a whole cache at every step.
 */
export function decodeGraph(config: ModelConfig, source: GenerationWeights): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const declared = source.declare(graph)
  const weights = declared.parameters
  const tokens = graph.input('tokens', ['B'], 'int64')
  const rotary = rotaryTables(graph, config, config.maxPositions)
  const scaled = (table: Value) => graph.op('Mul', [table, graph.scalar(config.headDim ** -0.5)], table.shape)
  const step: DecodeStep = {
    positions: graph.input('positions', ['B', 1], 'int64'),
    mask: graph.input('mask', ['B', 1, 1, 1, 'C']),
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
  outputProbabilities(tape, config, declared, x)
  source.finish?.(graph)
  return graph
}

interface DecodeStep {
  readonly positions: Value
  readonly mask: Value
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
  const q = reshape(tape, query, ['B', kvHeads, perKv, 1, headDim])
  const k = reshape(tape, key, ['B', kvHeads, 1, 1, headDim])
  const v = reshape(tape, linear(tape, x, layer.value, layer.valueBias), ['B', kvHeads, 1, 1, headDim])
  const pastKeys = graph.input(keysName(index), ['B', kvHeads, 1, 'C', headDim])
  const pastValues = graph.input(valuesName(index), ['B', kvHeads, 1, 'C', headDim])

  const past: Dim[] = ['B', kvHeads, perKv, 1, 'C']
  const own: Dim[] = ['B', kvHeads, perKv, 1, 1]
  const all: Dim[] = ['B', kvHeads, perKv, 1, 'C+1']
  const pastScores = graph.op('Add', [batchedProduct(tape, q, pastKeys, { transB: true }), step.mask], past)
  const ownScore = graph.op('ReduceSum', [graph.op('Mul', [q, k], q.shape), graph.ints([4])], own, { keepdims: 1 })
  const weights = graph.op('Softmax', [graph.op('Concat', [pastScores, ownScore], all, { axis: 4 })], all, { axis: -1 })
  const ends = (from: number, to: number, shape: Dim[]) =>
    graph.op('Slice', [weights, graph.ints([from]), graph.ints([to]), graph.ints([4])], shape)
  const pastMix = batchedProduct(tape, ends(0, -1, past), pastValues)
  const ownMix = graph.op('Mul', [ends(-1, Number.MAX_SAFE_INTEGER, own), v], pastMix.shape)
  graph.output(k, `new-${keysName(index)}`)
  graph.output(v, `new-${valuesName(index)}`)
  return reshape(tape, graph.op('Add', [pastMix, ownMix], pastMix.shape), ['B', heads * headDim])
}

function outputProbabilities(
  tape: Tape,
  config: ModelConfig,
  { parameters, head, isHeadTransposed }: DeclaredWeights,
  hidden: Value,
): void {
  const { graph } = tape
  const normed = rmsNorm(tape, hidden, parameters.finalNorm, config.rmsNormEps)
  const scaled = graph.op('Mul', [normed, graph.input('inverseTemperature', ['B', 1])], normed.shape)
  const wide = ['B', config.vocab]
  const logits = graph.op('Gemm', [scaled, head], wide, { transB: isHeadTransposed ? 1 : 0 })
  graph.output(graph.op('Softmax', [logits], wide, { axis: -1 }), 'probabilities')
}
