import type { ModelConfig } from '../checkpoint/model-config.js'
import type { Feeds } from '../graph/session.js'
import {
  layoutParameters,
  type Parameter,
  type ParameterLayout,
  parameterConstants,
  parameterInputs,
  reorient,
} from '../transformer/parameters.js'
import type { GenerationWeights } from './generation-weights.js'

/**
 * Models up to this size are packed into both graphs when they cannot change: 1.4 to 1.6 times faster at few sequences,
 * for two more copies of the weights. A larger one stays where it is and is read from there, by both graphs.
 */
const largestPackedBytes = 2 ** 30

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
  if (bytes > largestPackedBytes) return fedWeights(config, weights, null)
  const head = new TransposedHead(config, weights)
  return isTrainable ? fedWeights(config, weights, head) : packedWeights(config, weights, head)
}

function packedWeights(config: ModelConfig, weights: Float32Array, head: TransposedHead): GenerationWeights {
  const { structure } = layoutParameters(config)
  return {
    declare: (graph) => ({
      parameters: parameterConstants(graph, structure, weights),
      head: graph.constant(head.values, head.shape),
      isHeadTransposed: false,
    }),
    feeds: () => ({}),
    refresh: () => {},
  }
}

function fedWeights(config: ModelConfig, weights: Float32Array, head: TransposedHead | null): GenerationWeights {
  const { layout, structure } = layoutParameters(config)
  return {
    declare: (graph) => {
      const parameters = parameterInputs(graph, structure)
      return head === null
        ? { parameters, head: parameters.head, isHeadTransposed: true }
        : { parameters, head: graph.input('head', head.shape), isHeadTransposed: false }
    },
    feeds: (session) => {
      const feeds: Feeds = head === null ? {} : { head: session.float32(head.values, head.shape) }
      for (const { name, shape, offset, size } of layout.parameters) {
        feeds[name] = session.float32(weights.subarray(offset, offset + size), shape)
      }
      return feeds
    },
    refresh: () => head?.refresh(),
  }
}

/**
 * A copy of the output head as [hidden, vocab]. Decoding multiplies few rows by this wide matrix, which runs about a
 * third faster than [vocab, hidden] transposed on the fly.
 */
class TransposedHead {
  readonly shape: readonly [number, number]
  readonly values: Float32Array
  readonly #source: Float32Array

  constructor(config: ModelConfig, weights: Float32Array) {
    this.shape = [config.hidden, config.vocab]
    this.values = new Float32Array(config.hidden * config.vocab)
    const { offset, size } = headParameter(layoutParameters(config).layout, config)
    this.#source = weights.subarray(offset, offset + size)
    this.refresh()
  }

  refresh(): void {
    const [hidden, vocab] = this.shape
    reorient(this.#source, this.values, vocab, hidden)
  }
}

function headParameter(layout: ParameterLayout, config: ModelConfig): Parameter {
  const name = config.tiedHead ? 'model.embed_tokens.weight' : 'lm_head.weight'
  const parameter = layout.parameters.find((candidate) => candidate.name === name)
  if (parameter === undefined) throw new Error(`the layout has no "${name}"`)
  return parameter
}
