/**
 * Makes a function that has its argument called `latencyMs` later, never early and at most about a millisecond late: one
 * queue and one timer for all, since the latency is the same for all.
 */
export function afterLatency(latencyMs) {
  let due = []
  let isWaiting = false
  const run = () => {
    const now = performance.now()
    const first = due.findIndex(({ at }) => at > now)
    const ready = first === -1 ? due : due.slice(0, first)
    due = first === -1 ? [] : due.slice(first)
    for (const { call } of ready) call()
    isWaiting = due.length > 0
    if (isWaiting) setTimeout(run, due[0].at - now)
  }
  return (call) => {
    due.push({ at: performance.now() + latencyMs, call })
    if (!isWaiting) setTimeout(run, latencyMs)
    isWaiting = true
  }
}
