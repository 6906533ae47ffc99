import { refusal } from './openai-error.js'

/** A request that was let in. Disposing it makes room for the next. */
export interface Admission extends Disposable {
  /** Aborts when the client is gone, when the server gives up draining, or by `abort()`. */
  readonly signal: AbortSignal
  abort(): void
}

export interface RequestGateOptions {
  /** Samples running or waiting at most; a single request may have more when nothing else is in flight. */
  readonly maxSamples: number
}

/** Lets generation requests in, up to a bound, and knows when the last one is done. */
export class RequestGate {
  readonly #maxSamples: number
  readonly #inFlight = new Set<AbortController>()
  #samplesInFlight = 0
  #isDraining = false
  #onIdle: (() => void) | null = null

  constructor(options: RequestGateOptions) {
    this.#maxSamples = options.maxSamples
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Samples running or waiting. */
  get samplesInFlight(): number {
    return this.#samplesInFlight
  }

  /**
   * Lets a request of `samples` samples in.
   *
   * @throws a 503 refusal while draining, a 429 refusal with Retry-After when the queue is full.
   */
  admit(samples: number, clientSignal: AbortSignal): Admission {
    if (this.#isDraining) {
      const message = 'the server is shutting down; send the request to another one or start it again'
      throw refusal(503, { message, code: 'server_draining' }, { 'Retry-After': '5' })
    }
    const waiting = this.#samplesInFlight
    if (waiting > 0 && waiting + samples > this.#maxSamples) {
      const message = `the queue is full: ${waiting} samples are running or waiting, of at most ${this.#maxSamples}; try again in a second`
      throw refusal(429, { message, code: 'queue_full' }, { 'Retry-After': '1' })
    }
    const controller = new AbortController()
    const abort = () => controller.abort()
    this.#inFlight.add(controller)
    this.#samplesInFlight += samples
    if (clientSignal.aborted) abort()
    else clientSignal.addEventListener('abort', abort, { once: true })
    return {
      signal: controller.signal,
      abort,
      [Symbol.dispose]: () => {
        clientSignal.removeEventListener('abort', abort)
        if (this.#inFlight.delete(controller)) this.#samplesInFlight -= samples
        if (this.#inFlight.size === 0) this.#onIdle?.()
      },
    }
  }

  /** Lets nothing more in and waits for what is in flight; what is not done when `deadline` aborts is aborted. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#isDraining = true
    if (this.#inFlight.size === 0) return
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
    const abortAll = () => {
      for (const controller of this.#inFlight) controller.abort()
    }
    if (deadline.aborted) abortAll()
    else deadline.addEventListener('abort', abortAll, { once: true })
    await idle
  }
}
