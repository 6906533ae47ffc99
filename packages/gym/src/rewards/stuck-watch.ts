import { url as inspectorUrl } from 'node:inspector'
import { Worker } from 'node:worker_threads'

/** Time limits of a reward that must have passed without the event loop having turned once. */
const LIMITS = 6
const FEWEST_MS = 5_000
const BEAT_MS = 500

/** Places of what both threads see. */
const [WAITS, BEATS, LIMIT] = [0, 1, 2]

/**
 * Ends this process when a reward that is waited for holds the thread: what a function does after its first `await` can be
 * stopped by nothing else, neither by a timer nor by a signal, since both need that thread. A thread of its own counts how
 * often the event loop turns meanwhile. It counts seconds of its own, so that a machine that slept is not taken for a loop,
 * and leaves a process alone that is being debugged.
 */
class StuckWatch {
  readonly #shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))
  #worker: Worker | null = null
  #beat: NodeJS.Timeout | null = null
  #rewardName = ''

  /** Watches until the function that it returns is called. */
  begin(rewardName: string, timeLimitMs: number): () => void {
    if (inspectorUrl() !== undefined) return () => undefined
    const limitMs = Math.max(FEWEST_MS, LIMITS * timeLimitMs)
    Atomics.store(this.#shared, LIMIT, Math.max(Atomics.load(this.#shared, LIMIT), limitMs))
    if (Atomics.add(this.#shared, WAITS, 1) === 0) this.#start(rewardName)
    return () => {
      if (Atomics.sub(this.#shared, WAITS, 1) === 1) this.#rest()
    }
  }

  #start(rewardName: string): void {
    this.#beat = setInterval(() => Atomics.add(this.#shared, BEATS, 1), BEAT_MS).unref()
    this.#worker ??= startWatching(this.#shared)
    if (this.#rewardName === rewardName) return
    this.#rewardName = rewardName
    this.#worker.postMessage(rewardName)
  }

  #rest(): void {
    if (this.#beat !== null) clearInterval(this.#beat)
    Atomics.store(this.#shared, LIMIT, 0)
  }
}

/** One for all rewards: what is stuck is the thread that they share. */
export const stuckWatch = new StuckWatch()

function startWatching(shared: Int32Array): Worker {
  const program = `const { parentPort, workerData: { shared, beatMs } } = require('node:worker_threads')
    let name = 'reward', seen = -1, stuckMs = 0
    parentPort.on('message', (given) => { name = given })
    setInterval(() => {
      const [waits, beats, limitMs] = shared
      stuckMs = waits > 0 && beats === seen ? stuckMs + 2 * beatMs : 0
      seen = beats
      if (stuckMs < limitMs || limitMs === 0) return
      require('node:fs').writeSync(2, \`error: reward "\${name}" has held the thread for \${Math.round(stuckMs / 1000)} s after its first await, where neither its time limit nor Ctrl-C can end it, so this process is ended; make its loops and patterns end. What was recorded is kept: go on with train --resume latest or eval --resume latest\\n\`)
      process.kill(process.pid, 'SIGKILL')
    }, 2 * beatMs)`
  // Flags of this process, such as `-e`, mean nothing to the thread.
  const worker = new Worker(program, { eval: true, execArgv: [], workerData: { shared, beatMs: BEAT_MS } })
  worker.unref()
  return worker
}
