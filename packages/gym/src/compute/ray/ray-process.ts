import { portNotServed } from '../check-spec.js'
import { createLineCutter } from '../cut-lines.js'
import { EXIT_STOPPED, type RunningProcess } from '../host.js'
import { pause } from '../interrupted.js'
import { notReady } from '../last-lines.js'
import type { ProcessMemo } from '../process-tags.js'
import { createFreshText } from './fresh-text.js'
import { READY_LINE, START_LINE } from './job-entrypoint.js'
import type { RayClient, RayJob } from './ray-client.js'

/** Ray says less than this, lines, before a job begins. */
const MAX_BEFORE = 500

export interface RayProcessOptions {
  readonly client: RayClient
  /** Name of the cluster's head, which jobs run on. */
  readonly headHost: string
  /** Pause between two looks at a job, milliseconds. */
  readonly pollMs: number
  readonly clock: () => number
}

/** Makes the handle of a process that is the driver of a Ray job. */
export function rayProcess(id: string, memo: ProcessMemo, options: RayProcessOptions): RunningProcess {
  const { client, headHost, pollMs, clock } = options
  const { name, ports, hasReadiness } = memo
  const poll = async (signal?: AbortSignal): Promise<number | null> =>
    exitCodeOf(await client.job(id, `asking for the state of "${name}"`, signal))

  async function* output(signal?: AbortSignal): AsyncGenerator<string> {
    /** What came before the first line of the process; null from that line on. */
    let before: string[] | null = []
    for await (const line of linesOf(signal)) {
      // Ray writes this once the job runs, so it may come after the first lines of the process.
      if (line.startsWith(`Running entrypoint for job ${id}: `)) continue
      if (before === null) {
        if (line !== READY_LINE) yield line
      } else if (line === START_LINE) {
        before = null
      } else {
        before.push(line)
        if (before.length <= MAX_BEFORE) continue
        // Only the end of a long log was given: this is the output already.
        yield* before
        before = null
      }
    }
    // It never started, and these lines say why.
    yield* before ?? []
  }

  async function* linesOf(signal?: AbortSignal): AsyncGenerator<string> {
    const what = `following "${name}"`
    const text = createFreshText()
    const cutter = createLineCutter()
    for (;;) {
      // Asked first: what was written before the end is then certainly in the logs that follow.
      const hasEnded = (await poll(signal)) !== null
      const { fresh, hasGap } = text.next(await client.logs(id, what, signal))
      if (hasGap) yield '... output is missing here: the cluster gives only the end of a long log ...'
      yield* cutter.push(fresh)
      if (hasEnded) break
      await pause(pollMs, what, signal)
    }
    yield* cutter.end()
  }

  const running: RunningProcess = {
    reference: { kind: 'ray', id, name },
    output,
    poll,
    async wait(signal) {
      for (;;) {
        const code = await poll(signal)
        if (code !== null) return code
        await pause(pollMs, `the wait for "${name}"`, signal)
      }
    },
    async waitUntilReady(timeoutMs, signal) {
      const what = `the wait for "${name}"`
      const deadline = clock() + timeoutMs
      for (;;) {
        const job = await client.job(id, what, signal)
        const code = exitCodeOf(job)
        if (code !== null) throw await notReady(running, `ended with exit code ${code} before it was ready`)
        const isRunning = job?.status === 'RUNNING'
        if (isRunning && (!hasReadiness || (await client.logs(id, what, signal)).split('\n').includes(READY_LINE)))
          return
        if (clock() >= deadline) throw await notReady(running, `was not ready after ${timeoutMs / 1000} s`)
        await pause(pollMs, what, signal)
      }
    },
    async stop() {
      if ((await poll()) === null) await client.stop(id, `stopping "${name}"`)
      await running.wait()
    },
    async url(port) {
      if (!ports.includes(port)) throw portNotServed(name, port, ports)
      return { url: `http://${headHost}:${port}`, headers: {} }
    },
  }
  return running
}

/** Reads how a job ended: null while it runs; one that the cluster has forgotten counts as stopped. */
export function exitCodeOf(job: RayJob | null): number | null {
  switch (job?.status) {
    case undefined:
    case 'STOPPED':
      return EXIT_STOPPED
    case 'PENDING':
    case 'RUNNING':
      return null
    case 'SUCCEEDED':
      return 0
    case 'FAILED': {
      const code = job?.driver_exit_code ?? 1
      // Ray gives the number of a signal as a negative exit code.
      return code < 0 ? 128 - code : code === 0 ? 1 : code
    }
  }
}
