import { GraphBuilder } from './graph-builder.js'
import { loadRuntime, Session } from './session.js'

export interface ProductShape {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/**
 * Measures how fast this machine multiplies float32 matrices through ONNX Runtime, floating-point operations a second:
 * the best of repeated runs within `seconds` (3 at least), since whatever else runs can only slow it down. Blocks the
 * thread while it runs. Throws EngineError 'runtime-missing'.
 */
export async function measureProducts(
  { rows, inner, columns }: ProductShape,
  { threads, seconds }: { readonly threads: number; readonly seconds: number },
): Promise<number> {
  const runtime = await loadRuntime()
  const graph = new GraphBuilder()
  const [x, w] = [graph.input('x', [rows, inner]), graph.input('w', [inner, columns])]
  // One element goes out: copying the product would be measured too.
  const product = graph.op('Gemm', [x, w], [rows, columns])
  graph.output(graph.op('Slice', [product, graph.ints([0, 0]), graph.ints([1, 1])], [1, 1]), 'corner')
  const session = await Session.compile(runtime, graph, { threads, spins: true })
  try {
    const feeds = {
      x: session.float32(new Float32Array(rows * inner).fill(0.5), [rows, inner]),
      w: session.float32(new Float32Array(inner * columns).fill(0.25), [inner, columns]),
    }
    await session.run(feeds)
    const started = performance.now()
    let best = Number.POSITIVE_INFINITY
    for (let runs = 0; runs < 3 || performance.now() - started < seconds * 1000; runs++) {
      const before = performance.now()
      await session.run(feeds)
      best = Math.min(best, performance.now() - before)
    }
    return (2 * rows * inner * columns) / (best / 1000)
  } finally {
    await session.release()
  }
}
