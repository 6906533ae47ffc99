import { GymError, messageOf } from '../errors.js'
import type { Endpoint } from './endpoint.js'
import { errorCode } from './error-code.js'
import type { Answer } from './post.js'

/** Longest Retry-After that is waited for, milliseconds. */
const MAX_RETRY_AFTER_MS = 60_000

/** Failures of the connection itself: refused, reset, closed, not resolved for now. */
const transportCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Why one attempt failed, and whether another may do better. */
export class AttemptFailure extends Error {
  override readonly name = 'AttemptFailure'

  constructor(
    readonly reason: GymError,
    /** Milliseconds to wait at least; null when another attempt is of no use. */
    readonly retryAfterMs: number | null,
  ) {
    super(reason.message)
  }
}

/** Describes what `fetch`, or reading its body, threw; `timeoutMs` is the time limit it had, if any. */
export function connectionFailure(error: unknown, endpoint: Endpoint, timeoutMs?: number): AttemptFailure {
  const who = `"${endpoint.servedModelName}" at ${endpoint.url}`
  if (timeoutMs !== undefined && error instanceof DOMException && error.name === 'TimeoutError') {
    const message = `${who} did not answer within ${timeoutMs / 1000} s; ask for fewer tokens or raise timeoutMs`
    return new AttemptFailure(new GymError('provider', 'timeout', message, { cause: error }), null)
  }
  const code = errorCode(error)
  const why = code ?? messageOf(error instanceof Error ? (error.cause ?? error) : error)
  const message = `${who} cannot be reached (${why}); see that it still runs and that the address is right`
  const reason = new GymError('provider', 'endpoint-unreachable', message, { cause: error })
  return new AttemptFailure(reason, code !== undefined && transportCodes.has(code) ? 0 : null)
}

/** Describes an answer whose status is not 2xx. */
export async function statusFailure(response: Answer, endpoint: Endpoint): Promise<AttemptFailure> {
  const text = (await response.text()).slice(0, 10_000)
  const who = `"${endpoint.servedModelName}" at ${endpoint.url}`
  const told = errorMessageIn(text)
  const { status } = response
  if (status === 429 || status >= 500) {
    const reason = new GymError(
      'provider',
      status === 429 ? 'busy' : 'server-error',
      `${who} answered ${status}: ${told}`,
    )
    return new AttemptFailure(reason, retryAfterMs(response.headers.get('retry-after'), endpoint.clock()))
  }
  const code = status === 401 || status === 403 ? 'not-allowed' : 'request-refused'
  return new AttemptFailure(new GymError('provider', code, `${who} refused the request (${status}): ${told}`), null)
}

/** Finds the message of an OpenAI error body, or the body's first line where it is none. */
export function errorMessageIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && 'error' in body) {
      const { error } = body
      if (typeof error === 'string') return error
      if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
    }
  } catch {
    // Proxies answer in HTML or plain text.
  }
  return text.trim().split('\n')[0]?.slice(0, 200) || 'no reason given'
}

/** Reads seconds or an HTTP date. */
function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0
  const seconds = Number(header)
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS) : 0
}
