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
 * further one starts once the limit has passed, and the guard then waits that long again for the one that still runs.
 */
export function guardedCalls(): GuardedCaller {
  let queue: Waiting[] = []
  const run = () => {
    const batch = queue
    queue = []
    for (let done = 0; done < batch.length; ) done += runTogether(batch.slice(done))
  }
  return (timeLimitMs, call) => {
    return new Promise((resolve) => {
      if (queue.length === 0) setImmediate(run)
      queue.push({ timeLimitMs, call, settle: resolve as Waiting['settle'] })
    })
  }
}

/** Makes calls until all are made or the first one's limit has passed; returns how many were settled. */
function runTogether(batch: readonly Waiting[]): number {
  const limitMs = batch[0]?.timeLimitMs ?? 0
  let place = 0
  const outcome = callWithin(2 * limitMs, () => {
    const from = performance.now()
    for (; place < batch.length; place += 1) {
      const waiting = batch[place]
      const isLate = place > 0 && performance.now() - from > limitMs
      if (waiting === undefined || waiting.timeLimitMs !== limitMs || isLate) return
      waiting.settle(outcomeOf(waiting.call))
    }
  })
  if (outcome.kind === 'too-slow') {
    batch[place]?.settle(outcome)
    return place + 1
  }
  return place
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
