// Not the global one, which Node loads when it is first read: ended half-way by the guard, it stays undefined.
import { performance } from 'node:perf_hooks'
import { type CallOutcome, callWithin } from './call-within.js'

/** Makes a call that may hold the thread for `timeLimitMs`, and twice that at most. */
export type GuardedCaller = <Result>(timeLimitMs: number, call: () => Result) => Promise<CallOutcome<Result>>

interface Waiting {
  readonly timeLimitMs: number
  readonly call: () => unknown
  readonly settle: (outcome: CallOutcome<unknown>) => void
}

/**
 * Makes a caller that guards all calls of one turn of the event loop together: the watchdog is a thread, and starting one
 * a call costs more than most rewards where all cores are busy. No call is made twice, and each has its own limit, whoever
 * shares the turn: one that took longer is too slow, even if it returned. No further call starts once the limit has passed,
 * and the guard then waits that long again for the one that still runs. What is left waits for the next turn, so that
 * signals and the failure itself are heard first; and after a call that was too slow, as many as then wait are guarded
 * alone, so that many endless ones take no more than the limit each.
 */
export function guardedCalls(): GuardedCaller {
  let queue: Waiting[] = []
  let alone = 0
  const run = () => {
    const { settled, isTooSlow } = runTogether(alone === 0 ? queue : queue.slice(0, 1))
    queue = queue.slice(settled)
    alone = isTooSlow ? queue.length : Math.max(0, alone - settled)
    if (queue.length > 0) setImmediate(run)
  }
  return (timeLimitMs, call) => {
    return new Promise((resolve) => {
      if (queue.length === 0) setImmediate(run)
      queue.push({ timeLimitMs, call, settle: resolve as Waiting['settle'] })
    })
  }
}

/**
 * Makes calls until all are made, the first one's limit has passed or one was too slow; says how many were settled. They
 * are settled when the guard is gone: it may end whatever runs under it, and a promise that is ended half-way settles never.
 */
function runTogether(batch: readonly Waiting[]): { readonly settled: number; readonly isTooSlow: boolean } {
  const limitMs = batch[0]?.timeLimitMs ?? 0
  const outcomes: CallOutcome<unknown>[] = []
  let started = 0
  let isTooSlow = false
  const guarded = callWithin(batch.length === 1 ? limitMs : 2 * limitMs, () => {
    const from = performance.now()
    for (const waiting of batch) {
      const startedAt = performance.now()
      const isLate = started > 0 && startedAt - from > limitMs
      if (waiting.timeLimitMs !== limitMs || isLate || isTooSlow) return
      started += 1
      const outcome = outcomeOf(waiting.call)
      isTooSlow = performance.now() - startedAt > limitMs
      outcomes.push(isTooSlow ? { kind: 'too-slow' } : outcome)
    }
  })
  // The guard may also have ended what stands between two calls: one that was not made waits for the next turn.
  if (guarded.kind !== 'returned' && outcomes.length < started) outcomes.push(guarded)
  for (const [place, outcome] of outcomes.entries()) batch[place]?.settle(outcome)
  return { settled: outcomes.length, isTooSlow: isTooSlow || guarded.kind === 'too-slow' }
}

function outcomeOf(call: () => unknown): CallOutcome<unknown> {
  try {
    const value = call()
    // Whoever waits takes it a moment later; until then its rejection must not end the process.
    if (value instanceof Promise) value.catch(() => undefined)
    return { kind: 'returned', value }
  } catch (error) {
    return { kind: 'threw', error }
  }
}
