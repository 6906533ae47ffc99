import type { ModelConfig } from '../checkpoint/model-config.js'
import { checkWeights } from '../checkpoint/parameter-shapes.js'
import { openWeights } from '../checkpoint/safetensors.js'
import { contrib, type GraphBuilder, type Node, type Value } from '../graph/graph-builder.js'
import { layoutParameters, mapParameters } from '../transformer/parameters.js'
import type { GenerationWeights } from './generation-weights.js'
import { blockSize, type Quantization, type QuantizedMatrix, quantizeMatrix } from './quantize-matrix.js'

/** Tells MatMulNBits to round the other operand to eight bits a block too and to multiply whole numbers. */
const multipliesIntegers = 4

const headName = 'lm_head.weight'

/**
 * Reads the weights of a Hugging Face folder for serving only: matrices rounded to 8 or 4 bits, one at a time, so that
 * the model is never whole in float32; vectors and the embedding table, of which a step reads a few rows, as they are.
 */
export async function quantizedWeights(
  folder: string,
  config: ModelConfig,
  quantization: Quantization,
): Promise<GenerationWeights> {
  const source = await openWeights(folder)
  checkWeights(config, source)
  const { layout, structure } = layoutParameters(config)
  const matrices = new Map<string, QuantizedMatrix>()
  const floats = new Map<string, Float32Array>()
  // One place for all matrices in turn: arrays of their own would pile up until the next garbage collection.
  const rounded = layout.parameters.filter(({ isTransposed, name }) => isTransposed || name === headName)
  const scratch = new Float32Array(Math.max(...rounded.map(({ size }) => size)))
  const quantized = async (name: string, outputs: number, inputs: number, values?: Float32Array) => {
    const matrix = values ?? (await source.read(name, scratch.subarray(0, outputs * inputs)))
    matrices.set(name, quantizeMatrix(matrix, outputs, inputs, quantization))
  }
  for (const { name, shape, isTransposed } of layout.parameters) {
    if (isTransposed) await quantized(name, shape[1] as number, shape[0] as number)
    else if (name !== headName) floats.set(name, await source.read(name))
  }
  const table = structure.embedding.name
  const tied = config.tiedHead ? floats.get(table) : undefined
  await quantized(headName, config.vocab, config.hidden, tied)

  const embedding = floats.get(table) as Float32Array
  return {
    declare: (graph) => {
      const weights = mapParameters(structure, ({ name, shape }) => {
        if (matrices.has(name)) return placeholder(name, shape)
        // The table is fed, which copies nothing.
        if (name === table) return graph.input(name, shape)
        return graph.constant(floats.get(name) as Float32Array, shape)
      })
      return { ...weights, head: placeholder(headName, [config.vocab, config.hidden]) }
    },
    finish: (graph) => useQuantizedProducts(graph, matrices),
    forgetConstants: () => matrices.clear(),
    feeds: (session) => ({ [table]: session.float32(embedding, [config.vocab, config.hidden]) }),
  }
}

/** Stands for a matrix until the products with it are rewritten. */
function placeholder(name: string, shape: readonly number[]): Value {
  return { name, shape, type: 'float32' }
}

/** Puts MatMulNBits in the place of each Gemm with a quantized matrix, and an Add where the Gemm added its third operand. */
function useQuantizedProducts(graph: GraphBuilder, matrices: ReadonlyMap<string, QuantizedMatrix>): void {
  graph.rewrite((node) => {
    const [x, weight, residual] = node.inputs
    const matrix = node.opType === 'Gemm' && weight ? matrices.get(weight.name) : undefined
    if (matrix === undefined || !x) return [node]
    const { outputs, inputs, bits, codes, scales } = matrix
    const blocks = Math.ceil(inputs / blockSize)
    const output = node.outputs[0] as Value
    const product: Value = residual ? { ...output, name: `${output.name}_product` } : output
    const multiply: Node = {
      opType: 'MatMulNBits',
      domain: contrib,
      inputs: [
        x,
        graph.constant(codes, [outputs, blocks, (blockSize * bits) / 8]),
        graph.constant(scales, [outputs, blocks]),
      ],
      outputs: [product],
      attributes: { K: inputs, N: outputs, bits, block_size: blockSize, accuracy_level: multipliesIntegers },
    }
    if (!residual) return [multiply]
    return [multiply, { opType: 'Add', domain: '', inputs: [product, residual], outputs: [output], attributes: {} }]
  })
}
