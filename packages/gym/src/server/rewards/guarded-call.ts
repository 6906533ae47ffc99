import type { CallOutcome } from '../../rewards/call-within.js'
import { Pulse, steadyMs } from './thread-messages.js'

/**
 * Calls the user's code for job `id`, marked in the memory that the thread's watcher reads, and settles once with what it
 * returned or threw, or that its promise took too long. A call that never gives the thread back is ended from outside,
 * with the whole thread.
 */
export function guardedCall(
  pulse: Int32Array,
  id: number,
  timeLimitMs: number,
  call: () => unknown,
  settle: (outcome: CallOutcome<unknown>) => void,
): void {
  Atomics.store(pulse, Pulse.beat, steadyMs())
  Atomics.store(pulse, Pulse.lastBegun, id)
  Atomics.store(pulse, Pulse.current, id)
  let outcome: CallOutcome<unknown>
  try {
    outcome = { kind: 'returned', value: call() }
  } catch (error) {
    outcome = { kind: 'threw', error }
  }
  Atomics.store(pulse, Pulse.current, 0)
  const value = outcome.kind === 'returned' ? outcome.value : undefined
  if (!isThenable(value)) {
    settle(outcome)
    return
  }
  let isSettled = false
  const once = (late: CallOutcome<unknown>) => {
    if (isSettled) return
    isSettled = true
    clearTimeout(timer)
    settle(late)
  }
  const timer = setTimeout(() => once({ kind: 'too-slow' }), timeLimitMs)
  value.then(
    (result) => once({ kind: 'returned', value: result }),
    (error: unknown) => once({ kind: 'threw', error }),
  )
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
