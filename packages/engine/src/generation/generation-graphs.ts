import type { ModelConfig } from '../checkpoint/model-config.js'
import { GraphBuilder, type Value } from '../graph/graph-builder.js'
import { pickRows, rmsNorm } from '../graph/operators.js'
import { Tape } from '../graph/tape.js'
import { packedInputs } from '../transformer/block-layout.js'
import { decoder } from '../transformer/decoder.js'
import type { ParameterValues } from '../transformer/parameters.js'
import type { GenerationWeights } from './generation-weights.js'

export const keysName = (layer: number) => `keys:${layer}`
export const valuesName = (layer: number) => `values:${layer}`

/**
 * Computes B whole prompts. Inputs: those of `packedInputs`, rows [B] (each prompt's last token), inverseTemperature
 * [B, 1]. Outputs: probabilities [B, vocab] of the next token, keys and values of each layer as attention's blocks hold
 * them, [K, kvHeads, W, headDim].
 */
export function prefillGraph(config: ModelConfig, source: GenerationWeights): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const weights = source.declare(graph)
  const { hidden, caches } = decoder(tape, config, weights, packedInputs(graph, config, 'all'))
  const picked = pickRows(tape, hidden, graph.input('rows', ['B'], 'int64'))
  outputProbabilities(tape, config, weights, picked)
  caches.forEach(({ keys, values }, layer) => {
    graph.output(keys, keysName(layer))
    graph.output(values, valuesName(layer))
  })
  source.finish?.(graph)
  return graph
}

/** Writes the end of a graph: the final norm, the head at the temperature asked for, and the softmax. */
export function outputProbabilities(tape: Tape, config: ModelConfig, weights: ParameterValues, hidden: Value): Value {
  const { graph } = tape
  const normed = rmsNorm(tape, hidden, weights.finalNorm, config.rmsNormEps)
  const scaled = graph.op('Mul', [normed, graph.input('inverseTemperature', ['B', 1])], normed.shape)
  const wide = ['B', config.vocab]
  const logits = graph.op('Gemm', [scaled, weights.head], wide, { transB: 1 })
  const probabilities = graph.op('Softmax', [logits], wide, { axis: -1 })
  graph.output(probabilities, 'probabilities')
  return probabilities
}
