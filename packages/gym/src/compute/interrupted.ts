import { setTimeout as delay } from 'node:timers/promises'
import { GymError } from '../errors.js'

/** Makes the error of a wait that its signal ended; an error of the gym that the signal carries is kept as it is. */
export function interrupted(what: string, signal: AbortSignal): GymError {
  if (GymError.is(signal.reason)) return signal.reason
  return new GymError('interrupted', 'aborted', `${what} was aborted`, { cause: signal.reason })
}

/**
 * Waits `ms` milliseconds.
 *
 * @throws GymError 'interrupted', naming `what`, when `signal` aborts.
 */
export async function pause(ms: number, what: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    throw signal?.aborted ? interrupted(what, signal) : error
  }
}

/** Gives what `work` gives, or fails as soon as `signal` aborts; `work` itself goes on unheard. */
export async function unlessAborted<T>(work: Promise<T>, what: string, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work
  if (signal.aborted) {
    work.catch(() => undefined)
    throw interrupted(what, signal)
  }
  let onAbort = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(interrupted(what, signal))
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
