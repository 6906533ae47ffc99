import type { ModelConfig } from '../checkpoint/model-config.js'
import type { Feeds } from '../graph/session.js'
import { layoutParameters, mapParameters, parameterInputs } from '../transformer/parameters.js'
import type { GenerationWeights } from './generation-weights.js'
import { arePackable } from './when-to-pack.js'

/**
 * Chooses where float32 weights, one flat array, live: packed into the graphs, or fed at every run. `bytes` is the size to
 * go by where the weights stand for a larger model.
 */
export function floatWeights(
  config: ModelConfig,
  weights: Float32Array,
  isTrainable: boolean,
  bytes: number = weights.byteLength,
): GenerationWeights {
  const fed = fedWeights(config, weights)
  if (!arePackable(bytes)) return fed
  const packed = packedWeights(config, weights)
  return isTrainable ? { ...fed, packed } : packed
}

function packedWeights(config: ModelConfig, weights: Float32Array): GenerationWeights {
  const { structure } = layoutParameters(config)
  const { embedding } = structure
  const valuesOf = ({ offset, size }: { offset: number; size: number }) => weights.subarray(offset, offset + size)
  return {
    declare: (graph) => {
      const constants = mapParameters(structure, (p) =>
        p === embedding ? graph.input(p.name, p.shape) : graph.constant(valuesOf(p), p.shape),
      )
      if (!config.tiedHead) return constants
      return { ...constants, head: graph.constant(valuesOf(embedding), embedding.shape) }
    },
    // Only a few of its rows are read, and where it lies; a constant would be a copy.
    feeds: (session) => ({ [embedding.name]: session.float32(valuesOf(embedding), embedding.shape) }),
  }
}

function fedWeights(config: ModelConfig, weights: Float32Array): GenerationWeights {
  const { layout, structure } = layoutParameters(config)
  return {
    declare: (graph) => parameterInputs(graph, structure),
    feeds: (session) => {
      const feeds: Feeds = {}
      for (const { name, shape, offset, size } of layout.parameters) {
        feeds[name] = session.float32(weights.subarray(offset, offset + size), shape)
      }
      return feeds
    },
  }
}
