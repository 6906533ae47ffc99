import ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { contrib, GraphBuilder, type Shape, type Value } from '../graph/graph-builder.js'
import { speakWebGpu } from './webgpu-dialect.js'

const count = (shape: Shape) => shape.reduce<number>((a, b) => a * Number(b), 1)

/** Runs a graph on the CPU, as written and in the dialect: both must say the same. */
async function bothWays(write: (graph: GraphBuilder, input: (shape: number[]) => Value) => Value[]) {
  const results: Float32Array[][] = []
  const operators: string[][] = []
  for (const isDialect of [false, true]) {
    const graph = new GraphBuilder()
    const feeds: Record<string, ort.Tensor> = {}
    const outputs = write(graph, (shape) => {
      const name = `in${Object.keys(feeds).length}`
      const data = Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(7 * i + name.length))
      feeds[name] = new ort.Tensor('float32', data, shape)
      return graph.input(name, shape)
    })
    outputs.forEach((value, i) => {
      graph.output(value, `out${i}`)
    })
    if (isDialect) speakWebGpu(graph)
    operators.push(graph.nodes.map(({ opType }) => opType))
    const session = await ort.InferenceSession.create(graph.toBytes(), { graphOptimizationLevel: 'disabled' })
    const given = await session.run(feeds)
    results.push(outputs.map((_, i) => given[`out${i}`]?.data as Float32Array))
  }
  return { written: results[0] as Float32Array[], dialect: results[1] as Float32Array[], operators: operators[1] }
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i] as number, 5)
  })
}

const normalised = (graph: GraphBuilder, x: Value, weight: Value) =>
  graph.ops(
    'SimplifiedLayerNormalization',
    [x, weight],
    [
      { shape: x.shape, type: 'float32' },
      { shape: [x.shape[0] as number, 1], type: 'float32' },
    ],
    { axis: -1, epsilon: { float: 1e-3 }, stash_type: 1 },
  ) as [Value, Value]

it('computes the inverse root mean square by itself where a gradient reads it', async () => {
  const { written, dialect, operators } = await bothWays((graph, input) => {
    const x = input([5, 6])
    const [y, scale] = normalised(graph, x, input([6]))
    return [y, graph.op('Mul', [x, scale], x.shape)]
  })
  expect(operators).toContain('ReduceMean')
  for (const [i, expected] of written.entries()) expectClose(dialect[i] as Float32Array, expected)
})

it('leaves the second output of a norm out where nothing reads it', async () => {
  const { written, dialect, operators } = await bothWays((graph, input) => [
    normalised(graph, input([5, 6]), input([6]))[0],
  ])
  expect(operators).toEqual(['SimplifiedLayerNormalization'])
  expectClose(dialect[0] as Float32Array, written[0] as Float32Array)
})

it.each([
  [false, false, 1, [2, 3, 4, 5], [2, 3, 5, 6], [2, 3, 4, 6]],
  [true, false, 0.125, [2, 3, 5, 4], [2, 3, 5, 6], [2, 3, 4, 6]],
  [false, true, 0.5, [2, 3, 4, 5], [2, 3, 6, 5], [2, 3, 4, 6]],
  [false, true, 1, [2, 3, 4, 1, 5], [2, 3, 1, 6, 5], [2, 3, 4, 1, 6]],
])('multiplies batches without FusedMatMul: transA %s, transB %s, alpha %s', async (transA, transB, alpha, a, b, y) => {
  const { written, dialect, operators } = await bothWays((graph, input) => {
    const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0, alpha: { float: alpha } }
    return [graph.op('FusedMatMul', [input(a), input(b)], y, attributes, { domain: contrib })]
  })
  expect(operators).not.toContain('FusedMatMul')
  expectClose(dialect[0] as Float32Array, written[0] as Float32Array)
})
