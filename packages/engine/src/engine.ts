import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ChatTokenizer, loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
import type {
  EngineLoad,
  EngineModel,
  EngineOptions,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  TokenEvent,
  TrainGroup,
  TrainStepRequest,
  TrainStepResult,
} from './engine-api.js'
import type { CoreOptions, Policy } from './engine-core.js'
import type { EngineCall, FromWorker, ToWorker } from './engine-messages.js'
import { EngineError } from './errors.js'

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onToken: ((event: TokenEvent) => void) | undefined
}

/** Parts of a model folder that the caller has loaded for a purpose of its own. */
export interface LoadedParts {
  /** One with a large vocabulary takes a second to load. */
  readonly tokenizer?: ChatTokenizer
}

/**
 * Runs a model in a worker thread, so that the calling thread stays free for servers and progress bars. Many
 * `generate` calls may be under way: they share decode steps. An idle engine does not keep the process alive.
 *
 * @example
 * await using engine = await Engine.open({ modelPath: './models/tiny-poet' })
 * const promptTokenIds = engine.tokenizer.encodeChat([{ role: 'user', content: 'Write a haiku about rain.' }])
 * const [sample] = await engine.generate({ promptTokenIds, seeds: [1], sampling: { maxNewTokens: 48 } })
 */
export class Engine implements AsyncDisposable {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #outbox: ToWorker[] = []
  #nextId = 0
  #closed: EngineError | null = null
  #tellClosed: (error: EngineError) => void = () => {}
  /** Facts of the loaded model. */
  readonly model: EngineModel
  readonly tokenizer: ChatTokenizer
  /** Resolves when the engine has ended, with why: code 'closed' after `close()`, 'internal' when its worker died. */
  readonly closed: Promise<EngineError>

  private constructor(link: WorkerLink, model: EngineModel, tokenizer: ChatTokenizer) {
    this.#worker = link.worker
    this.model = model
    this.tokenizer = tokenizer
    this.#nextId = 1
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve
    })
    link.onMessage = (message) => this.#receive(message)
    link.onEnd = (error) => this.#end(error)
  }

  /**
   * Loads a Hugging Face folder, all but what is `loaded` of it already.
   * Throws EngineError: 'runtime-missing', 'bad-checkpoint', 'unsupported-model'.
   */
  static async open(options: EngineOptions, loaded: LoadedParts = {}): Promise<Engine> {
    const tokenizer = loaded.tokenizer ?? (await loadChatTokenizer(options.modelPath))
    const core: CoreOptions = {
      ...options,
      threads: options.threads ?? availableParallelism(),
      isTrainable: options.isTrainable ?? false,
      maxBatch: options.maxBatch ?? 128,
    }
    const link = new WorkerLink()
    try {
      const model = await link.open(core)
      return new Engine(link, model, tokenizer)
    } catch (error) {
      await link.worker.terminate()
      throw error
    }
  }

  /** Draws samples of one prompt. Rejects with EngineError 'bad-request' or 'aborted'. */
  generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<GeneratedSample[]> {
    const call: EngineCall = { method: 'generate', request, wantsTokens: options.onToken !== undefined }
    return this.#call<GeneratedSample[]>(call, options)
  }

  /** Tells how busy the engine is; answered between two steps. */
  load(): Promise<EngineLoad> {
    return this.#call({ method: 'load' })
  }

  /** Takes one optimizer step; needs `isTrainable`. */
  trainStep(request: TrainStepRequest): Promise<TrainStepResult> {
    return this.#call({ method: 'trainStep', request })
  }

  /** Scores given responses under a policy: natural log-probabilities, [group][response][token]. */
  logprobs(groups: readonly TrainGroup[], options: { temperature: number; policy: Policy }): Promise<number[][][]> {
    return this.#call({ method: 'logprobs', groups, ...options })
  }

  /** Computes the logits after every token of each sequence, [position * vocab] each. */
  logits(sequences: readonly (readonly number[])[]): Promise<Float32Array[]> {
    return this.#call({ method: 'logits', sequences })
  }

  /** Keeps the current weights, or those of a folder, as the reference policy. */
  keepReference(folder?: string): Promise<void> {
    return this.#call({ method: 'keepReference', folder: folder ?? null })
  }

  /** Writes the current weights as a complete Hugging Face folder, atomically. */
  saveCheckpoint(folder: string): Promise<void> {
    return this.#call({ method: 'saveCheckpoint', folder })
  }

  /** Writes the optimizer's state into a file, for `restore`. */
  saveTrainingState(file: string): Promise<void> {
    return this.#call({ method: 'saveTrainingState', file })
  }

  /** Restores weights and optimizer, as they were when both were saved. */
  restore(folder: string, stateFile: string): Promise<void> {
    return this.#call({ method: 'restore', folder, stateFile })
  }

  /** Ends the worker; calls under way reject with 'closed'. */
  async close(): Promise<void> {
    if (this.#closed !== null) return
    this.#end(new EngineError('closed', 'the engine was closed'))
    await this.#worker.terminate()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #call<T>(call: EngineCall, { signal, onToken }: GenerateOptions = {}): Promise<T> {
    if (this.#closed !== null) return Promise.reject(this.#closed)
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
      if (this.#pending.size === 0 && this.#closed === null) this.#worker.unref()
    })
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
    this.#closed ??= error
    this.#tellClosed(this.#closed)
    for (const { reject } of this.#pending.values()) reject(this.#closed)
    this.#pending.clear()
  }
}

/**
 * ONNX Runtime matches a recursive pattern against the process's command line when it loads: some 270 bytes of stack for
 * every character, so that 15,000 of them overflow the four megabytes a worker has by default.
 */
const resourceLimits = { stackSizeMb: 64 }

/** Options of the main program are not the worker's: it loads no TypeScript, and `--input-type` would stop it. */
const execArgv: string[] = []

/** The worker while it opens; afterwards its events go to the engine. */
class WorkerLink {
  readonly worker = new Worker(workerUrl(), { resourceLimits, execArgv })
  onMessage: (message: FromWorker) => void = () => {}
  onEnd: (error: EngineError) => void = () => {}

  constructor() {
    this.worker.on('message', (message: FromWorker) => this.onMessage(message))
    this.worker.on('error', (cause) =>
      this.onEnd(new EngineError('internal', `the engine's worker failed: ${String(cause)}`, { cause })),
    )
    this.worker.on('exit', (code) =>
      this.onEnd(new EngineError('internal', `the engine's worker ended with code ${code}`)),
    )
  }

  open(options: CoreOptions): Promise<EngineModel> {
    return new Promise((resolve, reject) => {
      this.onEnd = reject
      this.onMessage = (message) => {
        if (message.kind === 'result') {
          this.worker.unref()
          resolve(message.value as EngineModel)
        } else if (message.kind === 'error') reject(new EngineError(message.code, message.message))
      }
      this.worker.postMessage([{ kind: 'call', id: 0, call: { method: 'open', options } }] satisfies ToWorker[])
    })
  }
}

/** Under a test runner this module is TypeScript, which a worker of Node 20 cannot load: the built worker serves. */
function workerUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? '../dist/engine-worker.js' : './engine-worker.js', import.meta.url)
}
