import { Worker } from 'node:worker_threads'
import { messageOf } from '../../errors.js'
import { placeOf, tooSlow } from './answer-job.js'
import { readJsonObject } from './reward-request.js'
import {
  Pulse,
  type RewardThreadData,
  type RewardThreadOptions,
  steadyMs,
  type ThreadAnswer,
  type ThreadJob,
  type ThreadMessage,
} from './thread-messages.js'
import { rowOfLabel } from './trainer-row.js'

/** How long a module may take to load, milliseconds. */
const LOAD_LIMIT_MS = 60_000
/** How often a thread is looked after, milliseconds. */
const WATCH_MS = 100

/** What to do about a throw that no call can catch. */
const awaitAll = 'await every promise, and let none of its timers throw'

/** What ended a thread from within. */
interface ThreadEnd {
  readonly why: string
  /** Whether something was thrown outside of any call, as by a timer. */
  readonly isLateThrow: boolean
}

interface Pending {
  readonly job: ThreadJob
  readonly settle: (answer: ThreadAnswer) => void
}

/**
 * One reward thread and its watcher. A call that holds the thread past its limit, or that ends it, is answered with a
 * fault; the thread is started again, and calls that had not been at fault are made anew in it.
 */
export class RewardThread implements AsyncDisposable {
  /** Rejects when the thread cannot go on: the module broke between calls, or does not load again. Else stays pending. */
  readonly broken: Promise<never>
  readonly #options: RewardThreadOptions
  readonly #entry: URL
  readonly #pulse = new SharedArrayBuffer(12)
  readonly #view = new Int32Array(this.#pulse)
  readonly #pending = new Map<number, Pending>()
  readonly #rejectBroken: (error: Error) => void
  #outbox: ThreadJob[] = []
  #lastId = 0
  #generation = 0
  #worker: Worker | null = null
  #isReady = false
  #isClosed = false
  /** Why the thread cannot go on; null while it can. */
  #brokenBy: string | null = null
  #watch: NodeJS.Timeout | undefined

  /** `entry` is the program of the thread: it must call `runRewardThread`. */
  private constructor(entry: URL, options: RewardThreadOptions) {
    this.#entry = entry
    this.#options = options
    let reject: (error: Error) => void = () => undefined
    this.broken = new Promise<never>((_, fail) => (reject = fail))
    this.broken.catch(() => undefined)
    this.#rejectBroken = reject
  }

  /** Starts a thread and waits until the module is loaded; throws an Error that says why it cannot be. */
  static async start(
    entry: URL,
    options: RewardThreadOptions,
  ): Promise<{ thread: RewardThread; offers: readonly string[] }> {
    const thread = new RewardThread(entry, options)
    try {
      const offers = await thread.#load()
      thread.#watch = setInterval(() => thread.#look(), WATCH_MS)
      return { thread, offers }
    } catch (error) {
      await thread[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Calls under way. */
  get load(): number {
    return this.#pending.size
  }

  /** How often the thread was started again: an episode lives in one generation only. */
  get generation(): number {
    return this.#generation
  }

  /** Does a job; calls of one turn of the event loop cross to the thread together. Never rejects. */
  do(job: Omit<ThreadJob, 'id'>): Promise<ThreadAnswer> {
    return new Promise((settle) => this.#enqueue({ ...job, id: this.#nextId() }, settle))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#watch)
    await this.#worker?.terminate()
  }

  /** Ids stay within int32, where the thread's pulse keeps them. */
  #nextId(): number {
    this.#lastId = this.#lastId === 0x7fff_fffe ? 1 : this.#lastId + 1
    return this.#lastId
  }

  #enqueue(job: ThreadJob, settle: Pending['settle']): void {
    if (this.#brokenBy !== null) {
      settle(this.#answerWith(job, this.#brokenBy))
      return
    }
    this.#pending.set(job.id, { job, settle })
    this.#outbox.push(job)
    if (this.#outbox.length === 1) setImmediate(() => this.#send())
  }

  #send(): void {
    if (!this.#isReady || this.#outbox.length === 0) return
    this.#worker?.postMessage(this.#outbox)
    this.#outbox = []
  }

  async #load(): Promise<readonly string[]> {
    const workerData: RewardThreadData = { ...this.#options, pulse: this.#pulse }
    this.#view.fill(0)
    Atomics.store(this.#view, Pulse.beat, steadyMs())
    const worker = new Worker(this.#entry, { workerData, stdout: true })
    // What a reward prints is for people: stdout is for the result, or for lines that a program reads.
    worker.stdout.on('data', (text) => process.stderr.write(text))
    this.#worker = worker
    let end: ThreadEnd | null = null
    const offers = await new Promise<readonly string[]>((resolve, reject) => {
      const timer = setTimeout(() => {
        void worker.terminate()
        reject(new Error(`the reward module did not load within ${LOAD_LIMIT_MS / 1000} s`))
      }, LOAD_LIMIT_MS)
      worker.on('message', (message: ThreadMessage) => {
        if (message.kind === 'answers') this.#take(message.answers)
        else {
          clearTimeout(timer)
          resolve(message.offers)
        }
      })
      worker.on('error', (error) => {
        end = { why: messageOf(error), isLateThrow: !isOutOfMemory(error) }
      })
      worker.on('exit', (code) => {
        clearTimeout(timer)
        const ended = end ?? { why: `it ended the thread (process.exit(${code}))`, isLateThrow: false }
        reject(new Error(`the reward module cannot be loaded: ${ended.why}`))
        if (this.#isReady && this.#worker === worker) this.#restart(ended)
      })
    })
    this.#isReady = true
    this.#send()
    return offers
  }

  #take(answers: readonly ThreadAnswer[]): void {
    for (const answer of answers) {
      const pending = this.#pending.get(answer.id)
      // After a restart, an answer of the thread before may still be under way.
      if (pending === undefined) continue
      this.#pending.delete(answer.id)
      pending.settle(answer)
    }
  }

  /** Ends the thread when it has not come round for the time limit although it has work. */
  #look(): void {
    if (!this.#isReady || this.#pending.size === 0) return
    const stalledMs = (steadyMs() - Atomics.load(this.#view, Pulse.beat)) | 0
    if (stalledMs > this.#options.timeLimitMs + WATCH_MS) this.#restart(null)
  }

  /** `end` says what ended the thread; null when it hangs and is ended here. */
  #restart(end: ThreadEnd | null): void {
    if (this.#isClosed) return
    const worker = this.#worker
    const current = Atomics.load(this.#view, Pulse.current)
    const lastBegun = Atomics.load(this.#view, Pulse.lastBegun)
    this.#worker = null
    this.#isReady = false
    this.#generation += 1
    this.#outbox = []
    void worker?.terminate()
    const open = [...this.#pending.values()]
    // Between calls it is a promise's continuation that holds the thread, and nobody can tell whose.
    const guilty = ({ job }: Pending) => (current === 0 ? job.id <= lastBegun : job.id === current)
    if (end !== null && !open.some(guilty)) {
      // A promise that nobody awaited has failed: no sample can be blamed, and it would happen again.
      const what = end.isLateThrow ? 'threw late, between calls' : 'broke between calls'
      this.#break(new Error(`reward "${this.#options.rewardName}" ${what}: ${end.why}; ${awaitAll}`))
      return
    }
    const isLate = end?.isLateThrow === true && current === 0
    for (const pending of open.filter(guilty)) {
      this.#pending.delete(pending.job.id)
      pending.settle(this.#faultOf(pending.job, end, isLate))
    }
    for (const { job, settle } of open.filter((pending) => !guilty(pending))) {
      this.#pending.delete(job.id)
      if (job.route === 'turn') settle({ ...lostEpisode(job.episode ?? ''), id: job.id })
      else this.#enqueue({ ...job, id: this.#nextId() }, settle)
    }
    this.#load().catch((error: Error) => {
      if (!this.#isClosed) this.#break(error)
    })
  }

  /** Ends all work: calls under way and those to come are answered with the reason, since no thread will answer them. */
  #break(error: Error): void {
    this.#brokenBy = error.message
    this.#rejectBroken(error)
    for (const { job, settle } of this.#pending.values()) settle(this.#answerWith(job, error.message))
    this.#pending.clear()
  }

  #faultOf(job: ThreadJob, end: ThreadEnd | null, isLate: boolean): ThreadAnswer {
    const { rewardName, timeLimitMs } = this.#options
    const { label, prompt } = readableBody(job.text)
    const place = placeOf(rowOfLabel(label, String(prompt ?? '')))
    if (end === null) return this.#answerWith(job, tooSlow(rewardName, place, timeLimitMs))
    const fault = isLate
      ? `reward "${rewardName}" threw late, with ${place} under way: ${end.why}; ${awaitAll}`
      : `reward "${rewardName}" ended its thread for ${place}: ${end.why}; a reward must return or throw`
    return this.#answerWith(job, fault)
  }

  #answerWith(job: ThreadJob, fault: string): ThreadAnswer {
    const { label, prompt, response } = readableBody(job.text)
    const row = rowOfLabel(label, String(prompt ?? ''))
    const logLine = JSON.stringify({ row: row.index, response, error: fault })
    return { id: job.id, status: 500, body: '', logLine, fault }
  }
}

/** Answers a turn of an episode that has ended with its thread. */
export function lostEpisode(episode: string): ThreadAnswer {
  const fault = `episode ${episode} has ended with its thread, which another sample broke; fix the reward for that one`
  return { id: 0, status: 500, body: '', logLine: JSON.stringify({ error: fault }), fault }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function readableBody(text: string): Record<string, unknown> {
  try {
    return readJsonObject(text)
  } catch {
    return {}
  }
}
