import { ApiError } from './api.js'

/** Something read from the API, with the states a reader can meet. */
export interface Loaded<T> {
  readonly value: T | undefined
  readonly error: string | null
}

/** Counts the changes of the store; what reads it is read again after each. */
export const changes = $state({ count: 0, isLive: false })

/**
 * Keeps what `readIt` gives up to date: read now, again when anything reactive that it used changes, and again when
 * the store does. The last value stays on the screen meanwhile.
 */
export function load<T>(readIt: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  // Raw: thousands of steps need no watching one by one.
  let value = $state.raw<T>()
  let error = $state<string | null>(null)
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
        if (!signal.aborted) error = cause instanceof ApiError ? cause.message : String(cause)
      },
    )
    return () => controller.abort()
  })
  return {
    get value() {
      return value
    },
    get error() {
      return error
    },
  }
}
