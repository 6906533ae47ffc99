import { setTimeout as delay } from 'node:timers/promises'
import type { ComputeHost, RunningProcess } from '../../compute/host.js'
import { GymError } from '../../errors.js'
import type { DeploymentRecord } from '../../store/records.js'
import type { Message } from '../../trip.js'
import type { Endpoint } from '../endpoint.js'
import { generate } from '../generate.js'
import type { DeploymentEnd } from '../local-model-deployment.js'
import type { GenerateOptions, Generation, ModelDeployment } from '../model-deployment.js'
import { waitUntilReady } from '../wait-until-ready.js'
import type { FreshAccess } from './fresh-access.js'
import { type ServerEnd, serverEnd } from './server-end.js'

export interface RemoteModelDeploymentOptions {
  readonly record: DeploymentRecord
  readonly host: ComputeHost
  readonly process: RunningProcess
  readonly access: FreshAccess
  readonly clock: () => number
  /** Changes the record. */
  readonly update: (changes: Partial<Omit<DeploymentRecord, 'deploymentId'>>) => Promise<void>
  /** When somebody asked for its end, here or elsewhere; null when nobody did. */
  readonly stoppedAt: () => Promise<number | null>
}

/** How long a broken connection may come before the end of its server is known, milliseconds. */
const NEWS_MS = 5000

/** A model served by machines elsewhere. The server outlives this process, until it is stopped or nobody asks it anything. */
export class RemoteModelDeployment implements ModelDeployment {
  readonly deploymentId: string
  readonly url: string
  readonly appName: string
  readonly servedModelName: string
  /** Folder of the weights as the server sees it. */
  readonly modelPath: string
  readonly isDetached: boolean
  /** Kind and number of GPUs, e.g. `H100:1`. */
  readonly gpu: string
  /** US dollars for the GPUs; null where the price is not known. */
  readonly costPerHour: number | null
  readonly #options: RemoteModelDeploymentOptions
  readonly #endpoint: Endpoint
  #end: Promise<ServerEnd> | undefined

  constructor(options: RemoteModelDeploymentOptions) {
    const { record, access, clock } = options
    this.deploymentId = record.deploymentId
    this.url = access.url
    this.appName = record.appName
    this.servedModelName = record.servedModelName
    this.modelPath = record.modelPath
    this.isDetached = record.isDetached
    this.gpu = record.remote?.gpu ?? ''
    this.costPerHour = record.remote?.costPerHour ?? null
    this.#options = options
    const { url, fetch, post } = access
    this.#endpoint = { url, servedModelName: this.servedModelName, fetch, post, clock, whyGone: () => this.#whyGone() }
  }

  /** What clients send as API key. A token of the provider: it is kept nowhere, and each client can get its own. */
  get apiKey(): string | undefined {
    return this.#options.access.apiKey()
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

  /** Waits until it serves no more, and records that. Rejects with the reason when `signal` aborts. */
  async untilEnded({ signal }: { readonly signal?: AbortSignal } = {}): Promise<DeploymentEnd> {
    signal?.throwIfAborted()
    const end = await this.#recordedEnd(await this.#options.process.wait(signal))
    return end.isExpected ? { kind: 'stopped' } : { kind: 'died', error: died(end) }
  }

  /** Ends the server and what it costs; stopping twice is fine. */
  async stop(): Promise<void> {
    const { process, host, clock, update } = this.#options
    if ((await process.poll()) === null) {
      // Told beforehand: whoever else watches it must not take its end for a death.
      await update({ stoppedAt: clock() })
      await process.stop()
    }
    const code = await process.poll()
    if (code !== null) await this.#recordedEnd(code)
    await host.close()
  }

  /** Stops the server, unless it was meant to outlive this process. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isDetached) await this.#options.host.close()
    else await this.stop()
  }

  async #whyGone(): Promise<GymError | null> {
    const { process } = this.#options
    const deadline = performance.now() + NEWS_MS
    let code = await process.poll()
    while (code === null && performance.now() < deadline) {
      await delay(200)
      code = await process.poll()
    }
    if (code === null) return null
    const end = await this.#recordedEnd(code)
    return end.isExpected ? new GymError('engine', 'deployment-stopped', end.message) : died(end)
  }

  #recordedEnd(code: number): Promise<ServerEnd> {
    this.#end ??= this.#recordEnd(code)
    return this.#end
  }

  async #recordEnd(code: number): Promise<ServerEnd> {
    const { process, clock, update, record } = this.#options
    const stoppedAt = await this.#options.stoppedAt()
    const end = await serverEnd(process, code, { ...record, stoppedAt })
    const { state, message, isExpected } = end
    await update({ state, stoppedAt: stoppedAt ?? clock(), error: isExpected ? null : message })
    return end
  }
}

function died({ message }: ServerEnd): GymError {
  return new GymError('engine', 'deployment-died', message)
}
