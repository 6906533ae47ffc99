import { interrupted, pause, unlessAborted } from '../interrupted.js'
import { isTransient, modalFailure } from './modal-failure.js'

/** How patiently a broken connection is tried again. */
export interface Patience {
  /** Pause before the second attempt, milliseconds; it doubles from one to the next, up to 8 s. */
  readonly pauseMs: number
  /** Attempts in all. */
  readonly attempts: number
}

/** About two minutes in all, beyond the SDK's own three quick attempts each. */
export const defaultPatience: Patience = { pauseMs: 250, attempts: 20 }

const MAX_PAUSE_MS = 8000

/**
 * Calls Modal until it answers.
 *
 * @throws GymError that names `what`: 'interrupted' when `signal` aborts, else what Modal's error means.
 */
export async function retryTransient<T>(
  what: string,
  { pauseMs, attempts }: Patience,
  signal: AbortSignal | undefined,
  call: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) throw interrupted(what, signal)
    try {
      return await unlessAborted(call(attempt), what, signal)
    } catch (error) {
      if (!isTransient(error) || attempt >= attempts) throw modalFailure(error, what)
      await pause(pauseOf(attempt, pauseMs), what, signal)
    }
  }
}

/** The pause after so many attempts, milliseconds. */
export function pauseOf(attempt: number, pauseMs: number): number {
  return Math.min(MAX_PAUSE_MS, pauseMs * 2 ** Math.min(attempt - 1, 16))
}
