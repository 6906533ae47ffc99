import type { GraphBuilder } from './graph-builder.js'
import { type Runtime, Session, type SessionOptions } from './session.js'

/** Graphs by name, each compiled when it is first asked for. */
export class SessionSet {
  readonly #runtime: Runtime
  readonly #options: Omit<SessionOptions, 'outputsOnDevice'>
  readonly #sessions = new Map<string, Session>()

  constructor(runtime: Runtime, options: Omit<SessionOptions, 'outputsOnDevice'>) {
    this.#runtime = runtime
    this.#options = options
  }

  /** Gives the graph of that name; of its outputs those that `staysOnDevice` names stay where it computes. */
  async get(
    name: string,
    build: () => GraphBuilder,
    staysOnDevice: (output: string) => boolean = () => false,
  ): Promise<Session> {
    const known = this.#sessions.get(name)
    if (known !== undefined) return known
    const graph = build()
    const outputsOnDevice = graph.outputNames.filter(staysOnDevice)
    const session = await Session.compile(this.#runtime, graph, { ...this.#options, outputsOnDevice })
    this.#sessions.set(name, session)
    return session
  }

  /** Comes after what its sessions left on the device: that dies with them. */
  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await session.release()
    this.#sessions.clear()
  }
}
