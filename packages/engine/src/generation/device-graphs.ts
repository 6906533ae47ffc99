import type { ModelConfig } from '../checkpoint/model-config.js'
import { GraphBuilder, type Shape, type Value } from '../graph/graph-builder.js'
import { pickRows, reshape } from '../graph/operators.js'
import { Tape } from '../graph/tape.js'
import type { AttentionLayout } from '../transformer/attention-layout.js'
import { decoder, type LayerCache, sequenceInputs } from '../transformer/decoder.js'
import { layoutParameters, parameterInputs } from '../transformer/parameters.js'
import { rotaryTables } from '../transformer/rotary-tables.js'
import { drawnTokens } from './draw-graph.js'
import { keysName, outputProbabilities, valuesName } from './generation-graphs.js'

/** Names of the keys and values of all layers, outputs that stay on the device. */
export function cacheNames({ layers }: ModelConfig): string[] {
  return Array.from({ length: layers }, (_, layer) => [keysName(layer), valuesName(layer)]).flat()
}

/**
 * Computes B prompts, each behind padding up to T. Inputs: those of `sequenceInputs`, rows [B] (each prompt's last token),
 * inverseTemperature [B, 1], the weights. Outputs: probabilities [B, vocab], keys and values [B, kvHeads, T, headDim].
 */
export function devicePromptGraph(config: ModelConfig): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const weights = parameterInputs(graph, layoutParameters(config).structure)
  const { hidden, caches } = decoder(tape, config, weights, sequenceInputs(graph, config))
  const picked = pickRows(tape, hidden, graph.input('rows', ['B'], 'int64'))
  outputProbabilities(tape, config, weights, picked)
  outputCaches(graph, caches)
  return graph
}

/**
 * Computes one token for each of B texts, all with C columns of keys and values. Inputs: tokens [B], positions [B, 1],
 * mask [B, 1, 1, 1, W] over the columns and the token itself, W = C + 1; inverseTemperature, uniform and firstChunk [B, 1],
 * see `drawnTokens`; the weights; keys and values so far, [B, kvHeads, C, headDim]. Outputs: those with one column more,
 * probabilities [B, vocab] of the next token, token and chance [B, 1].
 */
export function deviceStepGraph(config: ModelConfig): GraphBuilder {
  const tape = new Tape(new GraphBuilder())
  const { graph } = tape
  const weights = parameterInputs(graph, layoutParameters(config).structure)
  const { hidden, caches } = decoder(tape, config, weights, {
    batch: 'B',
    time: 1,
    tokens: graph.input('tokens', ['B'], 'int64'),
    positions: graph.input('positions', ['B', 1], 'int64'),
    rotary: rotaryTables(graph, config, config.maxPositions),
    layout: growingLayout(graph, config),
  })
  const probabilities = outputProbabilities(tape, config, weights, hidden)
  outputCaches(graph, caches)
  const { token, chance } = drawnTokens(graph, config.vocab, probabilities)
  graph.output(token, 'token')
  graph.output(chance, 'chance')
  return graph
}

/**
 * Lays keys and values out anew. Inputs: `held` [S, kvHeads, C, headDim] of each layer, `added` [P, kvHeads, T, headDim] too
 * where prompts come in, and places [B, kvHeads, W], which names a row of headDim numbers in the held ones, with the added
 * ones behind. Outputs: [B, kvHeads, W, headDim] of each layer.
 */
export function deviceArrangeGraph(config: ModelConfig, addsPrompts: boolean): GraphBuilder {
  const graph = new GraphBuilder()
  const { kvHeads, headDim } = config
  const places = graph.input('places', ['B', kvHeads, 'W'], 'int32')
  const rowsOf = (name: string, shape: Shape) => graph.reshape(graph.input(name, shape), [`rows of ${name}`, headDim])
  for (const name of cacheNames(config)) {
    const rows = [
      rowsOf(`held:${name}`, ['S', kvHeads, 'C', headDim]),
      ...(addsPrompts ? [rowsOf(`added:${name}`, ['P', kvHeads, 'T', headDim])] : []),
    ]
    const all = addsPrompts ? graph.op('Concat', rows, [`rows of ${name}`, headDim], { axis: 0 }) : (rows[0] as Value)
    graph.output(graph.op('Gather', [all, places], ['B', kvHeads, 'W', headDim], { axis: 0 }), name)
  }
  return graph
}

/** Brings what a step left on the device: given [B, width]. */
export function deviceReadGraph(width: number): GraphBuilder {
  const graph = new GraphBuilder()
  const given = graph.input('given', ['B', width])
  graph.output(graph.op('Identity', [given], given.shape), 'read')
  return graph
}

function outputCaches(graph: GraphBuilder, caches: readonly LayerCache[]): void {
  caches.forEach(({ keys, values }, layer) => {
    graph.output(keys, keysName(layer))
    graph.output(values, valuesName(layer))
  })
}

/** Puts each layer's new keys and values behind those that are held; every text has one query a head. */
function growingLayout(graph: GraphBuilder, { heads, kvHeads, headDim }: ModelConfig): AttentionLayout {
  const mask = graph.input('mask', ['B', 1, 1, 1, 'W'])
  let layer = 0
  const grown = (name: string, added: Value) => {
    const held = graph.input(`held:${name}`, ['B', kvHeads, 'C', headDim])
    const column = graph.reshape(added, ['B', kvHeads, 1, headDim])
    return graph.op('Concat', [held, column], ['B', kvHeads, 'W', headDim], { axis: 2 })
  }
  return {
    arrange: (tape, { queries, keys, values }) => {
      const operands = {
        queries: reshape(tape, queries, ['B', kvHeads, heads / kvHeads, headDim]),
        keys: grown(keysName(layer), keys),
        values: grown(valuesName(layer), values),
        mask,
      }
      layer += 1
      return operands
    },
    restore: (tape, attended) => reshape(tape, attended, ['B', heads * headDim]),
  }
}
