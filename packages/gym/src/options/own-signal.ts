import { setMaxListeners } from 'node:events'

/**
 * Makes a signal that aborts when one of those given does, and takes a listener for each of many calls: more than ten at a
 * caller's own signal would make Node warn of a leak.
 */
export function ownSignal(...given: readonly (AbortSignal | undefined)[]): AbortSignal {
  const signal = AbortSignal.any(given.filter((other) => other !== undefined))
  setMaxListeners(0, signal)
  return signal
}
