import { setMaxListeners } from 'node:events'
import { GymError } from '../errors.js'

/** What Ctrl-C and a polite kill do: the first asks to finish cleanly, the second ends the process at once. */
export interface Interrupt {
  /** Aborted by the first signal, with a GymError of boundary 'interrupted' as its reason, or by `fail`. */
  readonly signal: AbortSignal
  /** True once somebody has asked for the end. */
  isAsked(): boolean
  /** Aborts the signal for another reason, unless it is aborted already. */
  fail(error: GymError): void
  /** Stops listening. */
  dispose(): void
}

export interface InterruptOptions {
  /** Where signals come from; `process` is one. */
  readonly source: {
    on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
    removeListener(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  }
  /** Told once, at the first signal. */
  readonly onFirst: () => void
  /** Ends the process with an exit code, at the second signal. */
  readonly exit: (code: number) => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Starts listening for Ctrl-C, SIGTERM and a closed terminal. The last never counts as a second one: shell and kernel each
 * say it, so that it comes twice, and nobody is there to insist.
 */
export function listenForInterrupt({ source, onFirst, exit }: InterruptOptions): Interrupt {
  const controller = new AbortController()
  // Every sample that is scored listens; many at once are no leak.
  setMaxListeners(0, controller.signal)
  let isTold = false
  let isAsked = false
  const listener = (signal: NodeJS.Signals) => {
    if (isAsked && signal !== 'SIGHUP') return exit(130)
    isAsked ||= signal !== 'SIGHUP'
    if (isTold) return
    isTold = true
    controller.abort(new GymError('interrupted', 'interrupted', 'interrupted'))
    onFirst()
  }
  for (const signal of signals) source.on(signal, listener)
  return {
    signal: controller.signal,
    isAsked: () => isTold,
    fail: (error) => controller.abort(error),
    dispose() {
      for (const signal of signals) source.removeListener(signal, listener)
    },
  }
}
