import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { disposeOnDevice, TensorTransfer } from '../device/tensor-transfer.js'
import { speakWebGpu } from '../device/webgpu-dialect.js'
import { EngineError } from '../errors.js'
import type { Device } from './device.js'
import type { GraphBuilder } from './graph-builder.js'
import { nativeCall } from './native-calls.js'

type OnnxRuntime = typeof import('onnxruntime-node')

/** ONNX Runtime, and the device that its sessions are made for. */
export interface Runtime extends Pick<OnnxRuntime, 'InferenceSession' | 'Tensor'> {
  readonly device: Device
}

export type Feeds = Record<string, Tensor>

/** Loads onnxruntime-node, an optional dependency, or says how to get it. */
export async function loadRuntime(device: Device = 'cpu'): Promise<Runtime> {
  try {
    const loaded = (await import('onnxruntime-node')) as OnnxRuntime & { default?: OnnxRuntime }
    const { InferenceSession, Tensor } = loaded.default ?? loaded
    return { InferenceSession, Tensor, device }
  } catch (cause) {
    throw new EngineError(
      'runtime-missing',
      'the built-in engine needs onnxruntime-node, which is not installed or does not load here; run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0',
      { cause },
    )
  }
}

/** Feeds that stay on the device from run to run, until they are disposed of. */
export interface KeptFeeds extends AsyncDisposable {
  readonly feeds: Feeds
}

export interface SessionOptions {
  readonly threads: number
  /**
   * True lets idle pool threads spin for a moment instead of sleeping: about 7 % faster for the many small nodes of a
   * training step, but it starves others on the same cores: an evaluation through the server took 23 s against 12 s.
   */
  readonly spins: boolean
  /** Outputs that stay where the session computes, to be fed to others; their tensors live as long as the session. */
  readonly outputsOnDevice?: readonly string[]
}

/** A compiled graph. Runs block the calling thread, so it lives in the engine's worker. */
export class Session {
  readonly #runtime: Runtime
  readonly #session: InferenceSession
  readonly dimSymbols: readonly string[]
  #transfer: TensorTransfer | null = null

  private constructor(runtime: Runtime, session: InferenceSession, dimSymbols: readonly string[]) {
    this.#runtime = runtime
    this.#session = session
    this.dimSymbols = dimSymbols
  }

  /**
   * Compiles a graph as it is written: ONNX Runtime's own rewriting gains nothing here, costs a tenth of the compilation and
   * undoes what products are turned for. Memory patterns stay off: half as much memory again for no measurable speed.
   */
  static async compile(runtime: Runtime, graph: GraphBuilder, options: SessionOptions): Promise<Session> {
    const { threads, spins, outputsOnDevice = [] } = options
    const isOnCard = runtime.device === 'webgpu'
    if (isOnCard) speakWebGpu(graph)
    const stayingOutputs = Object.fromEntries(outputsOnDevice.map((name) => [name, 'gpu-buffer' as const]))
    const sessionOptions: InferenceSession.SessionOptions = {
      externalData: [...graph.externalData],
      executionProviders: [runtime.device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: true,
      enableMemPattern: false,
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
      ...(isOnCard && outputsOnDevice.length > 0 && { preferredOutputLocation: stayingOutputs }),
      extra: { session: { intra_op: { allow_spinning: spins ? '1' : '0' } } },
    }
    const bytes = graph.toBytes()
    const session = await nativeCall(() => runtime.InferenceSession.create(bytes, sessionOptions))
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
    return (await nativeCall(() => this.#session.run(all))) as Record<string, Tensor>
  }

  /** Puts feeds, the same names and shapes at each call, where several runs read them without a copy each. */
  async keep(feeds: Feeds): Promise<KeptFeeds> {
    // The CPU reads them where they lie.
    if (this.#runtime.device === 'cpu') return { feeds, [Symbol.asyncDispose]: async () => {} }
    this.#transfer ??= await TensorTransfer.open(this.#runtime, feeds, 'device')
    const kept = await this.#transfer.copy(feeds)
    return { feeds: kept, [Symbol.asyncDispose]: async () => disposeOnDevice(Object.values(kept)) }
  }

  float32(data: Float32Array, shape: readonly number[]): Tensor {
    return new this.#runtime.Tensor('float32', data, shape)
  }

  int32(data: Int32Array, shape: readonly number[]): Tensor {
    return new this.#runtime.Tensor('int32', data, shape)
  }

  int64(data: ArrayLike<number>, shape: readonly number[]): Tensor {
    const wide = new BigInt64Array(data.length)
    // Written as two words, the lower one first: a BigInt for every element takes twenty times as long.
    const words = new Int32Array(wide.buffer)
    for (let i = 0; i < data.length; i++) {
      const value = data[i] as number
      words[2 * i] = value
      words[2 * i + 1] = value < 0 ? -1 : 0
    }
    return new this.#runtime.Tensor('int64', wide, shape)
  }

  async release(): Promise<void> {
    await nativeCall(() => this.#session.release())
    await this.#transfer?.close()
  }
}

/** The float data of an output. */
export function floatsOf(outputs: Record<string, Tensor>, name: string): Float32Array {
  const tensor = outputs[name]
  if (tensor === undefined) throw new Error(`the graph has no output "${name}"`)
  return tensor.data as Float32Array
}
