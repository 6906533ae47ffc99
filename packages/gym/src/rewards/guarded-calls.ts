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
 * a call costs more than most rewards where all cores are busy. No call is made twice, and each is ended by itself: no
 * further one starts once the limit has passed, and the guard then waits that long again for the one that still runs. What
 * is left waits for the next turn, so that signals and the failure itself are heard first; and once a call has run out of
 * time, each further one is guarded alone, so that many endless ones take no more than the limit each.
 */
export function guardedCalls(): GuardedCaller {
  let queue: Waiting[] = []
  let isTogether = true
  const run = () => {
    const { settled, isTooSlow } = runTogether(isTogether ? queue : queue.slice(0, 1))
    queue = queue.slice(settled)
    if (isTooSlow) isTogether = false
    if (queue.length > 0) setImmediate(run)
  }
  return (timeLimitMs, call) => {
    return new Promise((resolve) => {
      if (queue.length === 0) setImmediate(run)
      queue.push({ timeLimitMs, call, settle: resolve as Waiting['settle'] })
    })
  }
}

/** Makes calls until all are made or the first one's limit has passed; says how many were settled. */
function runTogether(batch: readonly Waiting[]): { readonly settled: number; readonly isTooSlow: boolean } {
  const limitMs = batch[0]?.timeLimitMs ?? 0
  let place = 0
  const outcome = callWithin(batch.length === 1 ? limitMs : 2 * limitMs, () => {
    const from = performance.now()
    for (; place < batch.length; place += 1) {
      const waiting = batch[place]
      const isLate = place > 0 && performance.now() - from > limitMs
      if (waiting === undefined || waiting.timeLimitMs !== limitMs || isLate) return
      waiting.settle(outcomeOf(waiting.call))
    }
  })
  if (outcome.kind !== 'too-slow') return { settled: place, isTooSlow: false }
  batch[place]?.settle(outcome)
  return { settled: place + 1, isTooSlow: true }
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
