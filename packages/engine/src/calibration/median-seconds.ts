/** Repeats until that many seconds are spent; of a quick piece, at least and at most so many runs. */
const patience = { seconds: 0.3, fewestRuns: 5, mostRuns: 15 }
/** Of a slow piece, fewer runs have to do. */
const mostSeconds = 1

/**
 * Times the median of repeated runs after one that does not count, which compiles and warms up. The median and not the
 * fastest: what else the machine does, a run will meet too. Stops between runs when the signal says so, with its reason.
 */
export async function medianSeconds(run: () => Promise<unknown> | unknown, signal: AbortSignal): Promise<number> {
  const timed = async () => {
    signal.throwIfAborted()
    const started = performance.now()
    await run()
    return (performance.now() - started) / 1000
  }
  await timed()
  const times: number[] = []
  let total = 0
  const { seconds, fewestRuns, mostRuns } = patience
  while (total < (times.length < fewestRuns ? mostSeconds : seconds) && times.length < mostRuns) {
    const last = await timed()
    times.push(last)
    total += last
  }
  times.sort((a, b) => a - b)
  return times[Math.floor((times.length - 1) / 2)] as number
}
