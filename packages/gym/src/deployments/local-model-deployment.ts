import { setTimeout as delay } from 'node:timers/promises'
import type { LocalProcess, ProcessExit } from '../compute/local-process.js'
import { GymError } from '../errors.js'
import type { Message } from '../trip.js'
import { describeExit } from './describe-exit.js'
import type { Endpoint } from './endpoint.js'
import { generate } from './generate.js'
import type { GenerateOptions, Generation, ModelDeployment } from './model-deployment.js'
import { STOP_GRACE_MS } from './start-server-process.js'
import { waitUntilReady } from './wait-until-ready.js'

/** How a deployment ended: stopped, here or from elsewhere, or by its own death. */
export type DeploymentEnd = { readonly kind: 'stopped' } | { readonly kind: 'died'; readonly error: GymError }

export interface LocalModelDeploymentOptions
  extends Pick<Endpoint, 'url' | 'servedModelName' | 'apiKey' | 'fetch' | 'post' | 'clock'> {
  readonly deploymentId: string
  readonly appName: string
  readonly modelPath: string
  readonly process: LocalProcess
  readonly isDetached: boolean
  /**
   * Records the end, once, when the process has ended: null after `stop()`, else what its death looks like. Resolves to
   * 'stopped' where another process asked for that end.
   */
  readonly onEnded: (death: string | null) => Promise<'stopped' | 'failed'>
}

/** A model served by a process of this machine that this process started. */
export class LocalModelDeployment implements ModelDeployment {
  readonly deploymentId: string
  readonly url: string
  readonly appName: string
  readonly servedModelName: string
  readonly apiKey?: string
  readonly modelPath: string
  readonly pid: number
  readonly isDetached: boolean
  /** Resolves when it serves no more and that is recorded; never rejects. It does not keep this process from ending. */
  readonly ended: Promise<DeploymentEnd>
  readonly #process: LocalProcess
  readonly #endpoint: Endpoint
  readonly #onEnded: LocalModelDeploymentOptions['onEnded']
  #isStopping = false
  #unrecorded: unknown = null

  constructor(options: LocalModelDeploymentOptions) {
    this.deploymentId = options.deploymentId
    this.url = options.url
    this.appName = options.appName
    this.servedModelName = options.servedModelName
    this.apiKey = options.apiKey
    this.modelPath = options.modelPath
    this.pid = options.process.pid
    this.isDetached = options.isDetached
    this.#process = options.process
    this.#onEnded = options.onEnded
    const { url, servedModelName, apiKey, fetch, post, clock } = options
    this.#endpoint = { url, servedModelName, apiKey, fetch, post, clock, whyGone: () => this.#whyGone() }
    this.ended = this.#process.exited.then((exit) => this.#recordEnd(exit))
  }

  generate(promptOrMessages: string | readonly Message[], options?: GenerateOptions): Promise<Generation> {
    return generate(this.#endpoint, promptOrMessages, options)
  }

  waitUntilReady(options?: {
    readonly timeoutMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<void> {
    return waitUntilReady(this.#endpoint, options)
  }

  /** Waits for `ended`, keeping this process alive meanwhile; rejects with the reason when `signal` aborts. */
  async untilEnded({ signal }: { readonly signal?: AbortSignal } = {}): Promise<DeploymentEnd> {
    signal?.throwIfAborted()
    this.#process.ref()
    let abort = (): void => undefined
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal?.reason)
    })
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([this.ended, aborted])
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#process.unref()
    }
  }

  /** Stops the process, letting requests under way finish for a few seconds; stopping twice is fine. */
  async stop(): Promise<void> {
    if (this.#process.exit === null) this.#isStopping = true
    await this.#process.stop({ graceMs: STOP_GRACE_MS })
    await this.ended
    if (this.#isStopping && this.#unrecorded !== null) throw this.#unrecorded
  }

  /** Stops the process, unless it was meant to outlive this one. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isDetached) await this.stop()
  }

  async #whyGone(): Promise<GymError | null> {
    // A connection breaks a moment before the end of its process is known.
    if (!this.#isStopping && this.#process.exit === null) await Promise.race([this.#process.exited, delay(250)])
    if (!this.#isStopping && this.#process.exit === null) return null
    const end: DeploymentEnd = this.#isStopping ? { kind: 'stopped' } : await this.ended
    if (end.kind === 'died') return end.error
    return new GymError('engine', 'deployment-stopped', `"${this.servedModelName}" was stopped; serve it again`)
  }

  async #recordEnd(exit: ProcessExit): Promise<DeploymentEnd> {
    const message = this.#isStopping
      ? null
      : `the server of "${this.servedModelName}" ${await describeExit(this.#process, exit)}`
    // What happened is what to tell, even if it cannot be recorded: a record without its process reads as stopped.
    const recorded = await this.#onEnded(message).catch((error: unknown) => {
      this.#unrecorded = error
      return null
    })
    if (message === null || recorded === 'stopped') return { kind: 'stopped' }
    return { kind: 'died', error: new GymError('engine', 'deployment-died', message) }
  }
}
