import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'
import { GymError } from '../../errors.js'
import { planTests } from './javascript-tests.js'
import type { JavascriptJob } from './javascript-worker.js'
import { type TestEvent, type TestJob, type TestReport, TestTally } from './test-report.js'

export interface JavascriptSandboxOptions {
  readonly timeLimitMs: number
  readonly memoryMb: number
}

/** Beyond its own deadline a machine gets this long: some built-in functions never look at the deadline. */
const graceMs = 250

/**
 * Makes a runner of JavaScript tests in QuickJS, compiled to WebAssembly, in worker threads of its own: one machine in one
 * thread for each job, the thread ended when the machine does not keep its time limit. As many jobs run at the same time
 * as there are cores. The time limit is wall-clock time from when the machine is ready and has the tests.
 */
export function javascriptSandbox(options: JavascriptSandboxOptions): (job: TestJob) => Promise<TestReport> {
  const limit = pLimit(availableParallelism())
  return async ({ code, ...job }) => {
    const plan = planTests(job)
    return await limit(() => runInThread({ code, plan, ...options }, job.source))
  }
}

function runInThread(job: JavascriptJob, source: string): Promise<TestReport> {
  const worker = new Worker(workerUrl(), { workerData: job, env: {}, execArgv: [], stdout: true, stderr: true })
  const tally = new TestTally()
  const tooSlow = `did not end within ${job.timeLimitMs / 1000} s`
  return new Promise<TestReport>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const end = (timedOut: boolean, ending: string) => {
      clearTimeout(timer)
      void worker.terminate()
      try {
        tally.throwIfBadTests(source)
      } catch (error) {
        reject(error)
      }
      resolve(tally.report('quickjs-wasm', timedOut, ending))
    }
    const startedAt = () => {
      timer = setTimeout(() => end(true, tooSlow), job.timeLimitMs + graceMs)
    }
    worker.on('message', (event: TestEvent) => {
      tally.add(event)
      if (event.kind === 'ready') startedAt()
      if (event.kind === 'done') end(event.timedOut === true, event.timedOut ? tooSlow : 'not all tests came to an end')
    })
    worker.on('error', (cause) => {
      // Before it is ready the fault is ours; after it, the code drove the machine into the wall.
      if (tally.isReady) end(false, `the machine failed: ${cause.message}`)
      else
        reject(
          new GymError(
            'reward',
            'sandbox-failed',
            `the JavaScript sandbox did not start: ${cause.message}; reinstall training-gym`,
            { cause },
          ),
        )
    })
  })
}

function workerUrl(): URL {
  // Under a test runner this module is TypeScript, which a thread of Node 20 cannot run: the built program runs.
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(
    isSource ? '../../../dist/scorers/sandboxes/javascript-worker.js' : './javascript-worker.js',
    import.meta.url,
  )
}
