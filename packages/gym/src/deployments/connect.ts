import { z } from 'zod'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { Message } from '../trip.js'
import { AttemptFailure, connectionFailure, statusFailure } from './attempt-failure.js'
import { type Endpoint, headersFor } from './endpoint.js'
import { generate } from './generate.js'
import { leanPost } from './lean-post.js'
import type { GenerateOptions, Generation, ModelDeployment } from './model-deployment.js'
import { withTimeLimit } from './time-limit.js'
import { waitUntilReady } from './wait-until-ready.js'

export interface ConnectOptions {
  /** Base URL of an OpenAI-compatible endpoint, e.g. `http://127.0.0.1:8000/v1`; a bare host gets `/v1`. */
  readonly url: string
  /** The model to ask for. Default: the one that the endpoint lists, when it lists one. */
  readonly servedModelName?: string | undefined
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined
  /** Used for every request. Default: the global one, and a leaner way for completions. */
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly signal?: AbortSignal | undefined
}

const schema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }),
  servedModelName: z.string().min(1).optional(),
  apiKey: z.string().min(1).optional(),
  fetch: z.custom<typeof globalThis.fetch>((value) => typeof value === 'function', 'must be a function').optional(),
  signal: z.instanceof(AbortSignal).optional(),
})

/**
 * Uses an OpenAI-compatible endpoint that already runs; stopping it is not ours to do, so `stop()` does nothing.
 *
 * @example
 * const deployment = await connect({ url: 'http://127.0.0.1:8000/v1' })
 *
 * @throws GymError 'config' for bad options or when the model must be named, 'provider' when the endpoint does not answer.
 */
export async function connect(options: ConnectOptions): Promise<ModelDeployment> {
  const { url, servedModelName, apiKey, signal, fetch: given } = parseOptions(schema, options, 'connect()')
  const base = baseUrlOf(url)
  const unnamed = {
    url: base,
    servedModelName: servedModelName ?? 'the model',
    apiKey,
    ...(given === undefined ? { fetch: globalThis.fetch, post: leanPost() } : { fetch: given }),
    clock: Date.now,
  }
  return new ConnectedDeployment({
    ...unnamed,
    servedModelName: servedModelName ?? (await onlyModelOf(unnamed, signal)),
  })
}

class ConnectedDeployment implements ModelDeployment {
  readonly deploymentId: string
  readonly url: string
  readonly appName: string
  readonly servedModelName: string
  readonly apiKey?: string
  readonly modelPath = null
  readonly #endpoint: Endpoint

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    this.deploymentId = endpoint.url
    this.url = endpoint.url
    this.appName = endpoint.servedModelName
    this.servedModelName = endpoint.servedModelName
    this.apiKey = endpoint.apiKey
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

  async stop(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

function baseUrlOf(url: string): string {
  const parsed = new URL(url)
  const path = parsed.pathname.replace(/\/+$/, '')
  return `${parsed.origin}${path === '' ? '/v1' : path}`
}

const listSchema = z.object({ data: z.array(z.object({ id: z.string() })) })

async function onlyModelOf(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<string> {
  const timeoutMs = 30_000
  const names = await withTimeLimit(timeoutMs, signal, async (limit) => {
    try {
      const response = await endpoint.fetch(`${endpoint.url}/models`, { headers: headersFor(endpoint), signal: limit })
      if (!response.ok) throw await statusFailure(response, endpoint)
      return listSchema.safeParse(await response.json()).data?.data.map((model) => model.id) ?? []
    } catch (error) {
      throw withKeyHint(
        (error instanceof AttemptFailure ? error : connectionFailure(error, endpoint, timeoutMs)).reason,
      )
    }
  })
  const [first] = names
  if (first !== undefined && names.length === 1) return first
  const listed = names.length === 0 ? 'none' : names.slice(0, 10).join(', ')
  const message = `${endpoint.url} does not serve exactly one model (it lists ${listed}); give servedModelName (on the command line: eval --model)`
  throw new GymError('config', 'model-not-named', message)
}

function withKeyHint(reason: GymError): GymError {
  if (reason.code !== 'not-allowed') return reason
  const message = `${reason.message}; give the key it takes as apiKey (on the command line: --api-key)`
  return new GymError(reason.boundary, reason.code, message, { cause: reason })
}
