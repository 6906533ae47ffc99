import { parentPort, workerData } from 'node:worker_threads'
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core'
import { messageOf } from '../../errors.js'
import { javascriptBuiltIns } from './javascript-built-ins.js'
import { javascriptHarness } from './javascript-harness.js'
import type { TestPlan } from './javascript-tests.js'
import type { TestEvent } from './test-report.js'

/** A job as it is sent to the worker thread. */
export interface JavascriptJob {
  readonly code: string
  readonly plan: TestPlan
  readonly timeLimitMs: number
  readonly memoryMb: number
}

const port = parentPort
if (port === null) throw new Error('javascript-worker.js runs in a worker thread only')
const tell = (event: TestEvent) => port.postMessage(event)
const job = workerData as JavascriptJob
const quickjs = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'))
let end = Number.POSITIVE_INFINITY
const isOver = () => performance.now() > end
const machine = machineFor(job)
if (machine !== null) {
  tell({ kind: 'ready' })
  end = performance.now() + job.timeLimitMs
  try {
    machine.runtime.setInterruptHandler(isOver)
    runTests(machine, job)
  } catch (error) {
    // Past the deadline every call into the machine fails.
    tell({ kind: 'problem', problem: messageOf(error) })
  }
  tell({ kind: 'done', timedOut: isOver() })
}

interface Machine {
  readonly runtime: QuickJSRuntime
  readonly context: QuickJSContext
  /** The function in the machine that runs the tests. */
  readonly run: QuickJSHandle
}

/**
 * Makes a fresh machine that has nothing but the language: no process, files, network, timers, console; and compiles the
 * tests in it. Null, and told so, when they do not compile.
 */
function machineFor({ plan, memoryMb }: JavascriptJob): Machine | null {
  const runtime = quickjs.newRuntime()
  runtime.setMemoryLimit(memoryMb * 2 ** 20)
  runtime.setMaxStackSize(512 * 1024)
  const context = runtime.newContext()
  const harness = value(context, context.evalCode(`(${javascriptHarness})`, 'harness.js'))
  const report = context.newFunction('report', (kind, first, problem) => {
    // A loop that was ended inside a promise rejects it, and tests after it would go on.
    if (isOver()) return
    const said = context.dump(first) as number | boolean
    if (typeof said === 'number') tell({ kind: 'total', total: said })
    else tell({ kind: 'test', isPassed: said, problem: context.getString(problem) })
    kind.dispose()
  })
  const builtIns = value(context, context.evalCode(`(${javascriptBuiltIns})()`, 'built-ins.js'))
  const prepare = value(context, context.callFunction(harness, context.undefined, report, builtIns))
  const tests = value(context, context.evalCode(`(${JSON.stringify(plan)})`, 'tests.js'))
  const prepared = context.callFunction(prepare, context.undefined, tests)
  if (prepared.error === undefined) return { runtime, context, run: prepared.value }
  tell({ kind: 'bad-tests', problem: `do not compile (${described(context, prepared.error)}); correct them` })
  tell({ kind: 'done' })
  return null
}

function runTests({ runtime, context, run }: Machine, { code, plan }: JavascriptJob): void {
  const unreadable = syntaxProblem(context, code)
  if (unreadable !== null) {
    tell({ kind: 'total', total: plan.tests.length })
    tell({ kind: 'problem', problem: unreadable })
    return
  }
  const problem = loadProblem(context, runtime, code)
  if (problem !== null) tell({ kind: 'problem', problem })
  const started = context.callFunction(run, context.undefined)
  if (started.error) tell({ kind: 'problem', problem: described(context, started.error) })
  const jobs = runtime.executePendingJobs()
  if (jobs.error) tell({ kind: 'problem', problem: described(context, jobs.error) })
}

/** Compiles the response's code without running it: code that is none passes no test, whatever the tests are. */
function syntaxProblem(context: QuickJSContext, code: string): string | null {
  const compiled = context.evalCode(code, 'syntax.js', { type: codeType(code), compileOnly: true })
  return compiled.error ? described(context, compiled.error) : null
}

function codeType(code: string): 'module' | 'global' {
  return /^\s*export\s/m.test(code) ? 'module' : 'global'
}

/** Evaluates the response's code; with `export`, as a module whose exports become globals. Null when it loaded. */
function loadProblem(context: QuickJSContext, runtime: QuickJSRuntime, code: string): string | null {
  const type = codeType(code)
  const loaded = context.evalCode(code, 'response.js', { type })
  if (loaded.error) return described(context, loaded.error)
  if (type === 'global') return null
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
