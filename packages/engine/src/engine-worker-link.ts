import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { EngineModel, GenerateOptions, TokenEvent } from './engine-api.js'
import type { CoreOptions } from './engine-core.js'
import type { EngineCall, FromWorker, ToWorker, WorkerData } from './engine-messages.js'
import { EngineError } from './errors.js'
import { awaitNativeCalls, type NativeCallFlags, nativeCallFlags } from './graph/native-calls.js'

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onToken: ((event: TokenEvent) => void) | undefined
}

/**
 * ONNX Runtime matches a recursive pattern against the process's command line when it loads: some 270 bytes of stack for
 * every character, so that 15,000 of them overflow the four megabytes a worker has by default.
 */
const resourceLimits = { stackSizeMb: 64 }

/** Options of the main program are not the worker's: it loads no TypeScript, and `--input-type` would stop it. */
const execArgv: string[] = []

/** Those of all workers. */
const running = new Set<NativeCallFlags>()

function awaitAllNativeCalls(): void {
  for (const flags of running) awaitNativeCalls(flags)
}

/** A worker thread with one EngineCore, and the calls it has under way. Idle, it does not keep the process alive. */
export class EngineWorkerLink {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #outbox: ToWorker[] = []
  readonly #exited: Promise<void>
  #nextId = 0
  #ended: EngineError | null = null
  #tellEnded: (error: EngineError) => void = () => {}
  /** Resolves when the worker has ended, with why: what `close` was given, or 'internal' when it died. */
  readonly ended = new Promise<EngineError>((resolve) => {
    this.#tellEnded = resolve
  })

  constructor() {
    const nativeCalls = nativeCallFlags()
    if (running.size === 0) process.once('exit', awaitAllNativeCalls)
    running.add(nativeCalls)
    this.#worker = new Worker(workerUrl(), {
      resourceLimits,
      execArgv,
      workerData: { nativeCalls } satisfies WorkerData,
    })
    this.#worker.on('message', (message: FromWorker) => this.#receive(message))
    this.#worker.on('error', (cause) =>
      this.#end(new EngineError('internal', `the engine's worker failed: ${String(cause)}`, { cause })),
    )
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end(new EngineError('internal', `the engine's worker ended with code ${code}`))
        running.delete(nativeCalls)
        if (running.size === 0) process.off('exit', awaitAllNativeCalls)
        resolve()
      })
    })
  }

  open(options: CoreOptions): Promise<EngineModel> {
    return this.call({ method: 'open', options })
  }

  /** Rejects with what the worker says, or with why it ended. */
  call<T>(call: EngineCall, { signal, onToken }: GenerateOptions = {}): Promise<T> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    if (signal?.aborted) return Promise.reject(new EngineError('aborted', 'the call was aborted before it began'))
    const id = this.#nextId++
    const abort = () => this.#post({ kind: 'abort', id })
    // One signal may guard a whole rollout of calls; Node would warn of a leak at the eleventh.
    if (signal !== undefined) setMaxListeners(0, signal)
    signal?.addEventListener('abort', abort, { once: true })
    const result = new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, onToken })
    })
    this.#worker.ref()
    this.#post({ kind: 'call', id, call })
    return result.finally(() => {
      signal?.removeEventListener('abort', abort)
      // Once closing, the process has to live until the worker is gone: whoever closes waits for that.
      if (this.#pending.size === 0 && this.#ended === null) this.#worker.unref()
    })
  }

  /**
   * Ends the worker; calls under way reject with `reason`. The worker is asked to and ends between two runs of a graph:
   * terminated in one, ONNX Runtime's binding would abort the whole process on its return.
   */
  async close(reason: EngineError): Promise<void> {
    this.#end(reason)
    this.#worker.ref()
    this.#post({ kind: 'close' })
    await this.#exited
  }

  /**
   * Sends what is posted in one go as one message. The prompts of a rollout then reach the scheduler together, however
   * long each took to prepare: which of them share a step, and with it the last bits of what is drawn, is no race.
   */
  #post(message: ToWorker): void {
    if (this.#outbox.push(message) === 1) queueMicrotask(() => this.#worker.postMessage(this.#outbox.splice(0)))
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'tokens') {
      for (const { id, event } of message.tokens) this.#pending.get(id)?.onToken?.(event)
      return
    }
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return
    this.#pending.delete(message.id)
    if (message.kind === 'result') pending.resolve(message.value)
    else pending.reject(new EngineError(message.code, message.message))
  }

  #end(error: EngineError): void {
    if (this.#ended !== null) return
    this.#ended = error
    this.#tellEnded(error)
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}

/** Under a test runner this module is TypeScript, which a worker of Node 20 cannot load: the built worker serves. */
function workerUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../dist/engine-worker.js' : './engine-worker.js', import.meta.url)
}
