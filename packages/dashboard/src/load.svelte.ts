import { ApiError, type Connection } from './api.js'

/** Something read from the API, with the states a reader can meet. */
export interface Loaded<T> {
  readonly value: T | undefined
  /** Null as well for what is said once above the view: that nothing can be read at all. */
  readonly error: string | null
}

/** Counts the changes of the store; what reads it is read again after each. */
export const changes = $state({ count: 0 })

/** Whether the page hears of changes. */
export const connection = $state<{ now: Connection }>({ now: { isLive: false, problem: null } })

/**
 * Keeps what `readIt` gives up to date: read now, again when anything reactive that it used changes, and again when
 * the store does. The last value stays on the screen meanwhile.
 */
export function load<T>(readIt: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  // Raw: thousands of steps need no watching one by one.
  let value = $state.raw<T>()
  let error = $state.raw<{ readonly message: string; readonly isOfConnection: boolean } | null>(null)
  $effect(() => {
    void changes.count
    const controller = new AbortController()
    const { signal } = controller
    readIt(signal).then(
      (read) => {
        if (signal.aborted) return
        value = read
        error = null
      },
      (cause: unknown) => {
        if (signal.aborted) return
        error = cause instanceof ApiError ? cause : { message: String(cause), isOfConnection: false }
      },
    )
    return () => controller.abort()
  })
  return {
    get value() {
      return value
    },
    get error() {
      if (error === null) return null
      return error.isOfConnection && connection.now.problem !== null ? null : error.message
    },
  }
}
