// Runs one graph on the CPU and on WebGPU and says how far apart the results are.
import ort from 'onnxruntime-node'
import { GraphBuilder } from '../../packages/engine/dist/graph/graph-builder.js'

/** Numbers in [-1, 1] by a linear congruential generator: the same at every run. */
export function randomFloats(count, seed) {
  let state = seed >>> 0
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
}

const count = (shape) => shape.reduce((a, b) => a * b, 1)

/** Builds a case; returns the graph, the feeds and the output names. */
export function buildCase(build, size) {
  const graph = new GraphBuilder()
  const feeds = {}
  const declare = (shape, type, data) => {
    const name = `in${Object.keys(feeds).length}`
    feeds[name] = new ort.Tensor(type, data, shape)
    return graph.input(name, shape, type)
  }
  let seed = 1
  const c = {
    g: graph,
    f: (shape, map) => {
      const data = randomFloats(count(shape), seed++)
      if (map === true)
        return declare(
          shape,
          'float32',
          data.map((x) => Math.abs(x) + 0.01),
        )
      return declare(shape, 'float32', map === undefined ? data : data.map(map))
    },
    fed: (shape, values) => declare(shape, 'float32', Float32Array.from(values)),
    fedInts: (shape, values) => declare(shape, 'int64', BigInt64Array.from(values, BigInt)),
    i: (shape, at) =>
      declare(
        shape,
        'int64',
        BigInt64Array.from({ length: count(shape) }, (_, i) => BigInt(at(i))),
      ),
  }
  const outputs = build(c, size)
  for (const [i, value] of outputs.entries()) graph.output(value, `out${i}`)
  return { graph, feeds, names: outputs.map((_, i) => `out${i}`) }
}

export async function runGraph(graph, feeds, { device, level = 'all', runs = 1 }) {
  const session = await ort.InferenceSession.create(graph.toBytes(), {
    externalData: [...graph.externalData],
    executionProviders: [device],
    graphOptimizationLevel: level,
    logSeverityLevel: 3,
  })
  let outputs
  // A second run reuses buffers of the first: what reads memory that nothing wrote shows there.
  for (let i = 0; i < runs; i++) outputs = await session.run(feeds)
  await session.release()
  return outputs
}

/** Largest difference, and that over the largest expected number; NaN counts as infinitely far. */
export function distance(expected, actual) {
  let max = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    const [e, a] = [Number(expected[i]), Number(actual[i])]
    const gap = Math.abs(e - a)
    max = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(max, gap)
    scale = Math.max(scale, Math.abs(e))
  }
  return { abs: max, rel: max / (scale || 1) }
}
