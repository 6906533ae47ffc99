import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { EngineError } from '../errors.js'
import type { GraphBuilder } from './graph-builder.js'

export type Runtime = typeof import('onnxruntime-node')
export type Feeds = Record<string, Tensor>

/** Loads onnxruntime-node, an optional dependency, or says how to get it. */
export async function loadRuntime(): Promise<Runtime> {
  try {
    const loaded = (await import('onnxruntime-node')) as Runtime & { default?: Runtime }
    return loaded.default ?? loaded
  } catch (cause) {
    throw new EngineError(
      'runtime-missing',
      'the built-in engine needs onnxruntime-node, which is not installed or does not load here; run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0',
      { cause },
    )
  }
}

export interface SessionOptions {
  readonly threads: number
  /**
   * True lets idle pool threads spin for a moment instead of sleeping: about 7 % faster for the many small nodes of a
   * training step, but it starves others on the same cores: an evaluation through the server took 23 s against 12 s.
   */
  readonly spins: boolean
}

/** A compiled graph. Runs block the calling thread, so it lives in the engine's worker. */
export class Session {
  readonly #runtime: Runtime
  readonly #session: InferenceSession
  readonly dimSymbols: readonly string[]

  private constructor(runtime: Runtime, session: InferenceSession, dimSymbols: readonly string[]) {
    this.#runtime = runtime
    this.#session = session
    this.dimSymbols = dimSymbols
  }

  /** Compiles a graph. Memory patterns stay off: they cost half as much memory again for no measurable speed. */
  static async compile(runtime: Runtime, graph: GraphBuilder, { threads, spins }: SessionOptions): Promise<Session> {
    const session = await runtime.InferenceSession.create(graph.toBytes(), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: true,
      enableMemPattern: false,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: spins ? '1' : '0' } } },
    })
    return new Session(runtime, session, graph.dimSymbols)
  }

  /** Runs once. `dims` gives the symbolic sizes; names in it that the graph does not read are left out. */
  async run(feeds: Feeds, dims: Readonly<Record<string, number>> = {}): Promise<Record<string, Tensor>> {
    const all: Feeds = { ...feeds }
    for (const symbol of this.dimSymbols) {
      const size = dims[symbol]
      if (size === undefined) throw new Error(`the graph reads the size "${symbol}", which was not given`)
      all[`dim:${symbol}`] = this.int64([size], [1])
    }
    return (await this.#session.run(all)) as Record<string, Tensor>
  }

  float32(data: Float32Array, shape: readonly number[]): Tensor {
    return new this.#runtime.Tensor('float32', data, shape)
  }

  int64(data: ArrayLike<number>, shape: readonly number[]): Tensor {
    return new this.#runtime.Tensor('int64', BigInt64Array.from(Array.from(data, BigInt)), shape)
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}

/** The float data of an output. */
export function floatsOf(outputs: Record<string, Tensor>, name: string): Float32Array {
  const tensor = outputs[name]
  if (tensor === undefined) throw new Error(`the graph has no output "${name}"`)
  return tensor.data as Float32Array
}
