import { Worker } from 'node:worker_threads'
import { awaitNativeCalls, type NativeCallFlags, nativeCallFlags } from './graph/native-calls.js'

/** What every worker of this package is given at its start. */
export interface WorkerData {
  readonly nativeCalls: NativeCallFlags
}

/**
 * ONNX Runtime matches a recursive pattern against the process's command line when it loads: some 270 bytes of stack for
 * every character, so that 15,000 of them overflow the four megabytes a worker has by default.
 */
const resourceLimits = { stackSizeMb: 64 }

/** Options of the main program are not the worker's: it loads no TypeScript, and `--input-type` would stop it. */
const execArgv: string[] = []

/** The flags of all workers that run. */
const running = new Set<NativeCallFlags>()

function awaitAllNativeCalls(): void {
  for (const flags of running) awaitNativeCalls(flags)
}

/** Starts a worker that computes with ONNX Runtime, by its path in the built package. */
export function startWorker(path: string, data: object = {}): Worker {
  const nativeCalls = nativeCallFlags()
  const workerData = { ...data, nativeCalls } satisfies WorkerData
  const worker = new Worker(builtUrl(path), { resourceLimits, execArgv, workerData })
  if (running.size === 0) process.on('exit', awaitAllNativeCalls)
  running.add(nativeCalls)
  worker.once('exit', () => {
    running.delete(nativeCalls)
    if (running.size === 0) process.off('exit', awaitAllNativeCalls)
  })
  return worker
}

/** Under a test runner this module is TypeScript, which a worker of Node 20 cannot load: the built worker serves. */
function builtUrl(path: string): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? `../dist/${path}` : `./${path}`, import.meta.url)
}
