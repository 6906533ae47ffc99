import { setMaxListeners } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { GenerateOptions, TokenEvent } from './engine-api.js'
import type { CallToken, EngineCall, FromWorker, ToWorker } from './engine-messages.js'
import { EngineError } from './errors.js'
import { startWorker } from './start-worker.js'

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onToken: ((event: TokenEvent) => void) | undefined
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
    this.#worker = startWorker('engine-worker.js')
    this.#worker.on('message', (message: FromWorker) => this.#receive(message))
    this.#worker.on('error', (cause) =>
      this.#end(new EngineError('internal', `the engine's worker failed: ${String(cause)}`, { cause })),
    )
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end(new EngineError('internal', `the engine's worker ended with code ${code}`))
        resolve()
      })
    })
  }

  /** Rejects with what the worker says, with why it ended, with what `onToken` throws, or with 'bad-request' for what cannot be sent. */
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
    if (this.#outbox.push(message) === 1) queueMicrotask(() => this.#send(this.#outbox.splice(0)))
  }

  #send(messages: readonly ToWorker[]): void {
    try {
      this.#worker.postMessage(messages)
    } catch {
      this.#worker.postMessage(messages.filter((message) => this.#canBeSent(message)))
    }
  }

  /** Rejects the call of a message that cannot be copied to another thread; the others go on. */
  #canBeSent(message: ToWorker): boolean {
    try {
      structuredClone(message)
      return true
    } catch (cause) {
      const what = message.kind === 'call' ? `the arguments of "${message.call.method}"` : `"${message.kind}"`
      const why = `${what} cannot be copied to the engine's worker: ${String(cause)}`
      const error = new EngineError('bad-request', `${why}; give plain data only, without functions`, { cause })
      if (message.kind !== 'close') this.#settle(message.id)?.reject(error)
      return false
    }
  }

  /** Takes a call out of those under way. */
  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  /** Gives a token to its call, which is over when it cannot take it: nobody else is to hear of that. */
  #tell({ id, event }: CallToken): void {
    try {
      this.#pending.get(id)?.onToken?.(event)
    } catch (error) {
      this.#settle(id)?.reject(error)
      this.#post({ kind: 'abort', id })
    }
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'tokens') {
      for (const token of message.tokens) this.#tell(token)
      return
    }
    const pending = this.#settle(message.id)
    if (message.kind === 'result') pending?.resolve(message.value)
    else pending?.reject(new EngineError(message.code, message.message))
  }

  #end(error: EngineError): void {
    if (this.#ended !== null) return
    this.#ended = error
    this.#tellEnded(error)
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
