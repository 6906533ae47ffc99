import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { GraphBuilder } from '../graph/graph-builder.js'
import { nativeCall } from '../graph/native-calls.js'
import type { Feeds, Runtime } from '../graph/session.js'

/**
 * Copies tensors to a graphics card, where several runs read them, or back. The binding of ONNX Runtime 1.30 makes tensors
 * on the device only as outputs of a run, and cannot read them otherwise than as its inputs, so the copy is a graph that
 * gives back what it is given. Its tensors die with the session that made them: `close` comes last.
 */
export class TensorTransfer {
  readonly #session: InferenceSession

  private constructor(session: InferenceSession) {
    this.#session = session
  }

  /** Prepares for tensors with the names and shapes of these. */
  static async open(runtime: Runtime, like: Feeds, to: 'device' | 'host'): Promise<TensorTransfer> {
    const graph = new GraphBuilder()
    for (const [name, tensor] of Object.entries(like)) {
      const value = graph.input(`given:${name}`, tensor.dims)
      graph.output(graph.op('Identity', [value], value.shape), name)
    }
    const options: InferenceSession.SessionOptions = {
      executionProviders: [runtime.device],
      preferredOutputLocation: to === 'device' && runtime.device === 'webgpu' ? 'gpu-buffer' : 'cpu',
      logSeverityLevel: 3,
    }
    return new TensorTransfer(await nativeCall(() => runtime.InferenceSession.create(graph.toBytes(), options)))
  }

  /** Gives new tensors under the same names. */
  async copy(tensors: Feeds): Promise<Feeds> {
    return (await nativeCall(() => this.#session.run(renamed('given', tensors)))) as Feeds
  }

  async close(): Promise<void> {
    await nativeCall(() => this.#session.release())
  }
}

/** Frees those of the tensors that lie on a graphics card; the others are freed with the last reference to them. */
export function disposeOnDevice(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) if (tensor.location === 'gpu-buffer') tensor.dispose()
}

/** The same tensors with `prefix:` before their names, as graphs take in what they give back under those. */
export function renamed(prefix: string, tensors: Feeds): Feeds {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}:${name}`, tensor]))
}
