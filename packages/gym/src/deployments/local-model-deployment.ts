import { setTimeout as delay } from 'node:timers/promises'
import type { LocalProcess } from '../compute/local-process.js'
import { GymError } from '../errors.js'
import type { Message } from '../trip.js'
import { describeExit } from './describe-exit.js'
import type { Endpoint } from './endpoint.js'
import { generate } from './generate.js'
import type { GenerateOptions, Generation, ModelDeployment } from './model-deployment.js'
import { STOP_GRACE_MS } from './start-server-process.js'
import { waitUntilReady } from './wait-until-ready.js'

export interface LocalModelDeploymentOptions extends Pick<Endpoint, 'url' | 'servedModelName' | 'fetch' | 'clock'> {
  readonly deploymentId: string
  readonly appName: string
  readonly modelPath: string
  readonly process: LocalProcess
  readonly isDetached: boolean
  /** Called once, when the process has ended: null after `stop()`, else why it died. */
  readonly onEnded: (error: string | null) => Promise<void>
}

/** A model served by a process of this machine that this process started. */
export class LocalModelDeployment implements ModelDeployment {
  readonly deploymentId: string
  readonly url: string
  readonly appName: string
  readonly servedModelName: string
  readonly modelPath: string
  readonly pid: number
  readonly isDetached: boolean
  readonly #process: LocalProcess
  readonly #endpoint: Endpoint
  readonly #onEnded: LocalModelDeploymentOptions['onEnded']
  #stopped: Promise<void> | null = null
  #death: Promise<GymError> | null = null

  constructor(options: LocalModelDeploymentOptions) {
    this.deploymentId = options.deploymentId
    this.url = options.url
    this.appName = options.appName
    this.servedModelName = options.servedModelName
    this.modelPath = options.modelPath
    this.pid = options.process.pid
    this.isDetached = options.isDetached
    this.#process = options.process
    this.#onEnded = options.onEnded
    const { url, servedModelName, fetch, clock } = options
    this.#endpoint = { url, servedModelName, fetch, clock, whyGone: () => this.#whyGone() }
  }

  generate(promptOrMessages: string | readonly Message[], options?: GenerateOptions): Promise<Generation> {
    return generate(this.#endpoint, promptOrMessages, options)
  }

  waitUntilReady(options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }): Promise<void> {
    return waitUntilReady(this.#endpoint, options)
  }

  /** Stops the process, letting requests under way finish for a few seconds; stopping twice is fine. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  /** Stops the process, unless it was meant to outlive this one. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isDetached) await this.stop()
  }

  async #stop(): Promise<void> {
    const wasRunning = this.#process.exit === null
    await this.#process.stop({ graceMs: STOP_GRACE_MS })
    if (wasRunning) await this.#onEnded(null)
    else await this.#describeDeath()
  }

  async #whyGone(): Promise<GymError | null> {
    if (this.#stopped !== null) {
      const message = `"${this.servedModelName}" was stopped; serve it again`
      return new GymError('engine', 'deployment-stopped', message)
    }
    // A connection breaks a moment before the end of its process is known.
    if (this.#process.exit === null) await Promise.race([this.#process.exited, delay(250)])
    return this.#process.exit === null ? null : this.#describeDeath()
  }

  #describeDeath(): Promise<GymError> {
    this.#death ??= this.#process.exited.then(async (exit) => {
      const message = `the server of "${this.servedModelName}" ${await describeExit(this.#process, exit)}`
      // The death is what to tell, even if it cannot be recorded: a record without its process reads as stopped.
      await this.#onEnded(message).catch(() => undefined)
      return new GymError('engine', 'deployment-died', message)
    })
    return this.#death
  }
}
