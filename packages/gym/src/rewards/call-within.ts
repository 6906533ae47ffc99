import { Script } from 'node:vm'

/** What a guarded call did. */
export type CallOutcome<Result> =
  | { readonly kind: 'returned'; readonly value: Result }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'too-slow' }

const handover = Symbol.for('training-gym.guarded-call')

/**
 * Calls a function and stops it when it keeps the thread longer than `timeLimitMs`, even inside an endless loop.
 *
 * V8 can only end a running closure from a watchdog thread, which `node:vm` starts for a script with a timeout; so the
 * call is made by a one-line script in this very context. That costs 0.1 ms a call where a core is free, 0.3 to 3 ms where
 * all are busy, since a thread must start (2.4 us without the limit; Node 20 and 24, 2 cores, 5,000 calls). What the
 * function does after its first `await` is not covered: the caller limits that by a timer, and `stuckWatch` what no timer can.
 */
export function callWithin<Result>(timeLimitMs: number, call: () => Result): CallOutcome<Result> {
  const holder = globalThis as { [handover]?: () => CallOutcome<Result> }
  const outer = holder[handover]
  // Catching in here tells an error of the function apart from the watchdog's, which no `catch` inside can see.
  holder[handover] = () => {
    try {
      const value = call()
      // Should the time run out right here, the promise is dropped; its rejection must not end the process.
      if (value instanceof Promise) value.catch(() => undefined)
      return { kind: 'returned', value }
    } catch (error) {
      return { kind: 'threw', error }
    }
  }
  try {
    const script = new Script('globalThis[Symbol.for("training-gym.guarded-call")]()')
    return script.runInThisContext({ timeout: Math.max(1, Math.ceil(timeLimitMs)) }) as CallOutcome<Result>
  } catch (error) {
    if (isScriptTimeout(error)) return { kind: 'too-slow' }
    throw error
  } finally {
    if (outer === undefined) delete holder[handover]
    else holder[handover] = outer
  }
}

function isScriptTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
