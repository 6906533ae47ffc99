import { setTimeout as delay } from 'node:timers/promises'
import { GymError } from '../errors.js'
import { type AttemptFailure, connectionFailure, statusFailure } from './attempt-failure.js'
import { type Endpoint, headersFor } from './endpoint.js'
import { withTimeLimit } from './time-limit.js'

/** Pause between two looks, milliseconds. */
const PAUSE_MS = 200

/**
 * Waits until GET /models of an endpoint answers, for at most `timeoutMs` milliseconds (default 60,000).
 *
 * @throws GymError `not-ready` (provider) with what it said last, or at once what `endpoint.whyGone` says, or a refused key.
 */
export async function waitUntilReady(
  endpoint: Endpoint,
  options: { readonly timeoutMs?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { timeoutMs = 60_000, signal } = options
  let last = 'it has not answered yet'
  try {
    await withTimeLimit(timeoutMs, signal, async (limit) => {
      for (;;) {
        const failure = await look(endpoint, timeoutMs, limit)
        if (failure === null) return
        last = failure.message
        limit.throwIfAborted()
        if (failure.reason.code === 'not-allowed') throw failure.reason
        const gone = await endpoint.whyGone?.()
        if (gone) throw gone
        await delay(PAUSE_MS, undefined, { signal: limit })
      }
    })
  } catch (error) {
    if (GymError.is(error)) throw error
    if (signal?.aborted) {
      const message = `the wait for "${endpoint.servedModelName}" was aborted`
      throw new GymError('interrupted', 'aborted', message, { cause: signal.reason })
    }
    const message = `"${endpoint.servedModelName}" at ${endpoint.url} was not ready after ${timeoutMs / 1000} s: ${last}`
    throw new GymError('provider', 'not-ready', message, { cause: error })
  }
}

async function look(endpoint: Endpoint, timeoutMs: number, signal: AbortSignal): Promise<AttemptFailure | null> {
  try {
    const response = await endpoint.fetch(`${endpoint.url}/models`, { headers: headersFor(endpoint), signal })
    if (!response.ok) return await statusFailure(response, endpoint)
    await response.body?.cancel()
    return null
  } catch (error) {
    return connectionFailure(error, endpoint, timeoutMs)
  }
}
