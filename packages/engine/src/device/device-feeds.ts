import type { InferenceSession } from 'onnxruntime-node'
import { GraphBuilder } from '../graph/graph-builder.js'
import type { Feeds, Runtime } from '../graph/session.js'

/** Feeds that stay on the device from run to run, until they are disposed of. */
export interface KeptFeeds extends AsyncDisposable {
  readonly feeds: Feeds
}

/**
 * Copies feeds to a graphics card once instead of at every run. The binding of ONNX Runtime 1.30 makes tensors on the
 * device only as outputs of a run, so the copy is a graph that gives back what it is given. Its tensors die with the
 * session that made them: `close` comes last.
 */
export class DeviceFeeds {
  readonly #runtime: Runtime
  readonly #session: InferenceSession

  private constructor(runtime: Runtime, session: InferenceSession) {
    this.#runtime = runtime
    this.#session = session
  }

  /** Prepares for feeds with the names and shapes of these. */
  static async open(runtime: Runtime, like: Feeds): Promise<DeviceFeeds> {
    const graph = new GraphBuilder()
    for (const [name, tensor] of Object.entries(like)) {
      const value = graph.input(givenName(name), tensor.dims)
      graph.output(graph.op('Identity', [value], value.shape), name)
    }
    const session = await runtime.InferenceSession.create(graph.toBytes(), {
      executionProviders: [runtime.device],
      preferredOutputLocation: runtime.device === 'webgpu' ? 'gpu-buffer' : 'cpu',
      logSeverityLevel: 3,
    })
    return new DeviceFeeds(runtime, session)
  }

  async keep(feeds: Feeds): Promise<KeptFeeds> {
    const given = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [givenName(name), tensor]))
    const kept = (await this.#session.run(given)) as Feeds
    return {
      feeds: kept,
      [Symbol.asyncDispose]: async () => {
        if (this.#runtime.device === 'webgpu') for (const tensor of Object.values(kept)) tensor.dispose()
      },
    }
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

const givenName = (name: string) => `given:${name}`
