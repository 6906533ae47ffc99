/** Has a callback called when a signal aborts; returns what takes it back. */
export type WhenAborted = (signal: AbortSignal, call: (reason: unknown) => void) => () => void

interface Waiting {
  readonly calls: Set<(reason: unknown) => void>
  readonly listener: () => void
}

/**
 * Makes a `WhenAborted` that has one listener on a signal, however many wait for it. Node looks through all listeners of a
 * signal at every addition and removal: for hundreds of requests under one signal that cost more than sending them.
 */
export function abortWaiters(): WhenAborted {
  const waitingFor = new WeakMap<AbortSignal, Waiting>()
  const listenTo = (signal: AbortSignal): Waiting => {
    const calls: Waiting['calls'] = new Set()
    const listener = () => {
      for (const call of calls) call(signal.reason)
    }
    signal.addEventListener('abort', listener, { once: true })
    const waiting = { calls, listener }
    waitingFor.set(signal, waiting)
    return waiting
  }
  return (signal, call) => {
    const { calls, listener } = waitingFor.get(signal) ?? listenTo(signal)
    calls.add(call)
    return () => {
      if (!calls.delete(call) || calls.size > 0) return
      signal.removeEventListener('abort', listener)
      waitingFor.delete(signal)
    }
  }
}
