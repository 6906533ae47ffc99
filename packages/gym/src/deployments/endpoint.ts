import type { GymError } from '../errors.js'
import type { Post } from './post.js'

/** An OpenAI-compatible endpoint and how to reach it. */
export interface Endpoint {
  /** Base URL, ending in `/v1` or what the provider has in its place. */
  readonly url: string
  readonly servedModelName: string
  /** Sent as a bearer token. */
  readonly apiKey?: string
  readonly fetch: typeof globalThis.fetch
  /** How completions are asked for. Default: `fetch`. */
  readonly post?: Post
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Asked after a failed attempt: an error here says why trying again is of no use. */
  readonly whyGone?: () => Promise<GymError | null>
  /** Wait before the first retry, milliseconds; doubles with each, up to 10 s. Default 500. */
  readonly backoffMs?: number
}

/** Makes the headers of a request to an endpoint. */
export function headersFor(endpoint: Pick<Endpoint, 'apiKey'>): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    ...(endpoint.apiKey === undefined ? {} : { Authorization: `Bearer ${endpoint.apiKey}` }),
  }
}
