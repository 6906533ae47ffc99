import { parentPort } from 'node:worker_threads'
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import { messageOf } from '../../errors.js'
import { javascriptHarness } from './javascript-harness.js'
import type { TestEvent, TestJob } from './test-report.js'

/** A job as it is sent to the worker thread. */
export interface JavascriptJob extends TestJob {
  readonly timeLimitMs: number
  readonly memoryMb: number
}

const port = parentPort
if (port === null) throw new Error('javascript-worker.js runs in a worker thread only')
const tell = (event: TestEvent) => port.postMessage(event)
const quickjs = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'))
port.on('message', (job: JavascriptJob) => {
  const end = performance.now() + job.timeLimitMs
  try {
    runTests(quickjs, job, end)
  } catch (error) {
    // Past the deadline every call into the machine fails.
    tell({ kind: 'problem', problem: messageOf(error) })
  }
  tell({ kind: 'done', timedOut: performance.now() > end })
})
tell({ kind: 'ready' })

/** Runs code and tests in a fresh machine that has nothing but the language: no process, files, network, timers, console. */
function runTests(machine: QuickJSWASMModule, { code, tests, memoryMb }: JavascriptJob, end: number): void {
  const runtime = machine.newRuntime()
  runtime.setMemoryLimit(memoryMb * 2 ** 20)
  runtime.setMaxStackSize(512 * 1024)
  runtime.setInterruptHandler(() => performance.now() > end)
  const context = runtime.newContext()
  const harness = value(context, context.evalCode(`(${javascriptHarness})`, 'harness.js'))
  const report = context.newFunction('report', (kind, first, problem) => {
    const said = context.dump(first) as number | boolean
    if (typeof said === 'number') tell({ kind: 'total', total: said })
    else tell({ kind: 'test', isPassed: said, problem: context.getString(problem) })
    kind.dispose()
  })
  const run = value(context, context.callFunction(harness, context.undefined, report))
  const problem = loadProblem(context, runtime, code)
  if (problem !== null) tell({ kind: 'problem', problem })
  const list = value(context, context.evalCode(`(${JSON.stringify(tests)})`, 'tests.js'))
  const started = context.callFunction(run, context.undefined, list)
  if (started.error) tell({ kind: 'problem', problem: described(context, started.error) })
  const jobs = runtime.executePendingJobs()
  if (jobs.error) tell({ kind: 'problem', problem: described(context, jobs.error) })
}

/** Evaluates the response's code; with `export`, as a module whose exports become globals. Null when it loaded. */
function loadProblem(context: QuickJSContext, runtime: QuickJSRuntime, code: string): string | null {
  const isModule = /^\s*export\s/m.test(code)
  const loaded = context.evalCode(code, 'response.js', { type: isModule ? 'module' : 'global' })
  if (loaded.error) return described(context, loaded.error)
  if (!isModule) return null
  runtime.executePendingJobs()
  const names = value(context, context.getOwnPropertyNames(loaded.value, { strings: true }))
  for (const name of names) context.setProp(context.global, name, context.getProp(loaded.value, name))
  return null
}

function value<T>(context: QuickJSContext, result: { error?: QuickJSHandle; value?: T }): T {
  if (result.error !== undefined) throw new Error(described(context, result.error))
  return result.value as T
}

function described(context: QuickJSContext, error: QuickJSHandle): string {
  const thrown = context.dump(error) as { name?: unknown; message?: unknown } | undefined
  return `${String(thrown?.name ?? 'Error')}: ${String(thrown?.message ?? thrown)}`.slice(0, 300)
}
