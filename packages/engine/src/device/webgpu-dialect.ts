import { contrib, type GraphBuilder, type Node, type Shape, type Value } from '../graph/graph-builder.js'

/**
 * Rewrites a graph, in place, for ONNX Runtime 1.30 on WebGPU. Measured operator by operator against the CPU
 * (docs/webgpu.md):
 * - The second output of SimplifiedLayerNormalization holds the mean of each row there, not the inverse of its root mean
 *   square. Forward passes do not read it; every gradient does.
 * - FusedMatMul has no kernel there: each one would copy its operands to the CPU and its result back.
 */
export function speakWebGpu(graph: GraphBuilder): void {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs.map((input) => input?.name)))
  graph.rewrite((node) => {
    if (node.opType === 'FusedMatMul' && node.domain === contrib) return plainProduct(graph, node)
    if (node.opType !== 'SimplifiedLayerNormalization') return [node]
    const [y, scale] = node.outputs as [Value, Value]
    const normed: Node = { ...node, outputs: [y] }
    return read.has(scale.name) ? [normed, ...inverseRootMeanSquare(graph, node, scale)] : [normed]
  })
}

/** Writes scale = 1 / sqrt(mean(x^2) + epsilon) over the last axis. */
function inverseRootMeanSquare(graph: GraphBuilder, { inputs, attributes }: Node, scale: Value): Node[] {
  const x = inputs[0] as Value
  const epsilon = graph.scalar(floatOf(attributes.epsilon))
  const [squares, mean] = [part(scale, 'squares', x.shape), part(scale, 'mean', scale.shape)]
  const [shifted, root] = [part(scale, 'shifted', scale.shape), part(scale, 'root', scale.shape)]
  return [
    plain('Mul', [x, x], squares),
    plain('ReduceMean', [squares, graph.ints([x.shape.length - 1])], mean, { keepdims: 1 }),
    plain('Add', [mean, epsilon], shifted),
    plain('Sqrt', [shifted], root),
    plain('Reciprocal', [root], scale),
  ]
}

/** Writes alpha * op(a) @ op(b) with Transpose, Mul and MatMul; the factor goes to the result. */
function plainProduct(graph: GraphBuilder, { inputs, outputs, attributes }: Node): Node[] {
  const [a, b] = inputs as [Value, Value]
  const y = outputs[0] as Value
  const alpha = floatOf(attributes.alpha ?? { float: 1 })
  const nodes: Node[] = []
  const turned = (value: Value, isTurned: boolean, name: string): Value => {
    if (!isTurned) return value
    const rank = value.shape.length
    const swap = <T>(items: readonly T[]) => [...items.slice(0, -2), items[rank - 1] as T, items[rank - 2] as T]
    const result = part(y, name, swap(value.shape))
    nodes.push(plain('Transpose', [value], result, { perm: swap(value.shape.map((_, axis) => axis)) }))
    return result
  }
  const operands = [turned(a, attributes.transA === 1, 'left'), turned(b, attributes.transB === 1, 'right')]
  if (alpha === 1) return [...nodes, plain('MatMul', operands, y)]
  const product = part(y, 'product', y.shape)
  return [...nodes, plain('MatMul', operands, product), plain('Mul', [product, graph.scalar(alpha)], y)]
}

function part(of: Value, suffix: string, shape: Shape): Value {
  return { ...of, name: `${of.name}:${suffix}`, shape }
}

function plain(opType: string, inputs: readonly Value[], output: Value, attributes: Node['attributes'] = {}): Node {
  return { opType, domain: '', inputs, outputs: [output], attributes }
}

function floatOf(attribute: Node['attributes'][string] | undefined): number {
  return (attribute as { readonly float: number }).float
}
