import { setImmediate } from 'node:timers/promises'
import type { ModelConfig } from '../checkpoint/model-config.js'
import type {
  EngineLoad,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  SamplingOptions,
  TokenAlternative,
} from '../engine-api.js'
import { EngineError } from '../errors.js'
import { checkRequest } from './check-request.js'
import { DecodeCache } from './decode-cache.js'
import type { GenerationSessions } from './generation-sessions.js'
import type { Language } from './grammar/byte-language.js'
import { GrammarCache, type GrammarTokenizer } from './grammar/grammar-cache.js'
import type { TokenGrammar } from './grammar/token-grammar.js'
import type { PromptCache } from './kv-cache.js'
import { uniformAt } from './random.js'
import { penalise, sampleToken, topAlternatives } from './sample-token.js'

/** Prompt positions computed in one go at most; a longer single prompt still goes alone. */
const maxPrefillTokens = 2048
/** The same while other answers are being decoded, whose readers wait meanwhile. */
const maxPrefillTokensBetweenSteps = 512

interface Job {
  readonly request: GenerateRequest
  readonly options: GenerateOptions
  readonly stopTokenIds: ReadonlySet<number>
  readonly grammar: TokenGrammar | null
  readonly samples: Sample[]
  /** Samples that have no slot yet; the prompt is kept until it is 0. */
  waiting: number
  unfinished: number
  prompt: { readonly cache: PromptCache; readonly probabilities: Float32Array } | null
  readonly resolve: (samples: GeneratedSample[]) => void
  readonly reject: (error: unknown) => void
  isOver: boolean
}

interface Sample {
  readonly job: Job
  readonly index: number
  readonly tokenIds: number[]
  readonly logprobs: number[]
  readonly alternatives: TokenAlternative[][]
  finishReason: 'stop' | 'length' | null
  /** Where the text stands in the job's grammar. */
  grammarState: Language | null
}

/**
 * Decodes all requests together: a waiting sample takes the slot of a finished one at the next step, and each step
 * computes one token for every slot in use. What a sample is depends on its seed, not on its neighbours.
 */
export class Scheduler {
  readonly #config: ModelConfig
  readonly #sessions: GenerationSessions
  readonly #maxBatch: number
  readonly #cache: DecodeCache
  readonly #queue: Job[] = []
  /** Samples being decoded; the place in the list is the slot. */
  readonly #active: Sample[] = []
  readonly #grammars: GrammarCache
  #isPumping = false

  constructor(
    config: ModelConfig,
    sessions: GenerationSessions,
    maxBatch: number,
    loadTokenizer: () => Promise<GrammarTokenizer>,
  ) {
    this.#config = config
    this.#sessions = sessions
    this.#maxBatch = maxBatch
    this.#cache = new DecodeCache(config, sessions.servesRollouts)
    this.#grammars = new GrammarCache(loadTokenizer)
  }

  get load(): EngineLoad {
    const waiting = this.#queue.reduce((sum, job) => sum + job.waiting, 0)
    return { slotsInUse: this.#active.length, slots: this.#maxBatch, waiting }
  }

  /** Draws the samples of one request. Rejects with 'bad-request' on impossible sizes and 'aborted' by the signal. */
  async generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<GeneratedSample[]> {
    checkRequest(request, this.#config)
    const { json } = request.sampling
    const grammar = json ? await this.#grammars.get(json) : null
    return new Promise((resolve, reject) => {
      const job: Job = {
        request,
        options,
        stopTokenIds: new Set(request.sampling.stopTokenIds ?? this.#config.eosTokenIds),
        grammar,
        samples: [],
        waiting: request.seeds.length,
        unfinished: request.seeds.length,
        prompt: null,
        resolve,
        reject,
        isOver: false,
      }
      this.#queue.push(job)
      void this.#pump()
    })
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      // Requests that are made in one go come one after the other: the first step is not to be taken without them.
      await setImmediate()
      while (this.#queue.length > 0 || this.#active.length > 0) {
        this.#dropAborted()
        await this.#admit()
        // The samples of a rollout are waited for together: no step is taken with slots that could be filled.
        if (this.#sessions.servesRollouts && this.#queue.length > 0 && this.#active.length < this.#maxBatch) continue
        if (this.#active.length > 0) await this.#step()
      }
    } catch (error) {
      for (const job of new Set([...this.#queue, ...this.#active.map((sample) => sample.job)])) this.#fail(job, error)
      this.#queue.length = 0
      this.#active.length = 0
      this.#cache.clear()
    } finally {
      this.#isPumping = false
    }
  }

  #fail(job: Job, error: unknown): void {
    if (job.isOver) return
    job.isOver = true
    job.reject(error)
  }

  #dropAborted(): void {
    const isAborted = (job: Job) => job.options.signal?.aborted === true
    for (const job of new Set([...this.#queue, ...this.#active.map((sample) => sample.job)])) {
      if (isAborted(job)) this.#fail(job, new EngineError('aborted', 'the generation was aborted by its caller'))
    }
    for (let slot = this.#active.length - 1; slot >= 0; slot--) if (this.#active[slot]?.job.isOver) this.#vacate(slot)
    for (let i = this.#queue.length - 1; i >= 0; i--) if (this.#queue[i]?.isOver) this.#queue.splice(i, 1)
  }

  /**
   * Gives free slots to waiting samples, computing the prompts of as many requests as fit. Runs once before each step
   * unless rollouts are drawn, so that new requests hold those under way up by one computation of prompts at most.
   */
  async #admit(): Promise<void> {
    let free = this.#maxBatch - this.#active.length
    const holdsUp = this.#active.length > 0 && !this.#sessions.servesRollouts
    const limit = holdsUp ? maxPrefillTokensBetweenSteps : maxPrefillTokens
    const fresh: Job[] = []
    let positions = 0
    for (const job of this.#queue) {
      if (free <= 0) break
      const length = job.prompt === null ? job.request.promptTokenIds.length : 0
      if (fresh.length > 0 && positions + length > limit) break
      if (job.prompt === null) fresh.push(job)
      positions += length
      free -= job.waiting
    }
    if (fresh.length > 0) await this.#prefill(fresh)
    this.#fillSlots()
  }

  async #prefill(jobs: readonly Job[]): Promise<void> {
    const prompts = jobs.map((job) => job.request.promptTokenIds)
    const temperatures = jobs.map((job) => job.request.sampling.temperature ?? 1)
    const results = await this.#sessions.prefill(prompts, temperatures)
    jobs.forEach((job, i) => {
      job.prompt = results[i] ?? null
    })
  }

  #fillSlots(): void {
    while (this.#active.length < this.#maxBatch) {
      const job = this.#queue[0]
      if (job === undefined || job.prompt === null) return
      this.#place(job, job.prompt)
      if (job.waiting === 0) {
        job.prompt = null
        this.#queue.shift()
      }
    }
  }

  /** Draws the first token of the job's next sample and, unless that ends it, gives it a slot. */
  #place(job: Job, prompt: NonNullable<Job['prompt']>): void {
    const index = job.samples.length
    const sample: Sample = {
      job,
      index,
      tokenIds: [],
      logprobs: [],
      alternatives: [],
      finishReason: null,
      grammarState: job.grammar?.start ?? null,
    }
    job.samples.push(sample)
    job.waiting -= 1
    this.#draw(sample, prompt.probabilities)
    if (sample.finishReason !== null) return
    this.#cache.add(job, prompt.cache)
    this.#active.push(sample)
  }

  async #step(): Promise<void> {
    const samples = this.#active
    await this.#sessions.prepare(samples.length, Math.max(...samples.map(tokensLeft)))
    const probabilities = await this.#sessions.decode({
      cache: this.#cache,
      tokens: samples.map((sample) => sample.tokenIds[sample.tokenIds.length - 1] as number),
      temperatures: samples.map((sample) => sample.job.request.sampling.temperature ?? 1),
    })
    this.#cache.advance()
    const { vocab } = this.#config
    for (let slot = samples.length - 1; slot >= 0; slot--) {
      const sample = samples[slot] as Sample
      this.#draw(sample, probabilities.subarray(slot * vocab, (slot + 1) * vocab))
      if (sample.finishReason !== null) this.#vacate(slot)
    }
  }

  #draw(sample: Sample, shared: Float32Array): void {
    const { job } = sample
    const { sampling, seeds } = job.request
    const hasPenalty = (sampling.presencePenalty ?? 0) !== 0 || (sampling.frequencyPenalty ?? 0) !== 0
    const probabilities = hasPenalty || job.grammar ? shared.slice() : shared
    if (hasPenalty) penalise(probabilities, sample.tokenIds, sampling)
    try {
      this.#keepToGrammar(sample, probabilities)
    } catch (error) {
      // A grammar that grows beyond its bounds is the fault of this request alone.
      sample.finishReason = 'length'
      this.#fail(job, error)
      return
    }
    const uniform = uniformAt(seeds[sample.index] as number, sample.tokenIds.length)
    const { tokenId, logprob } = sampleToken(probabilities, sampling, uniform)
    const count = sampling.topLogprobs ?? 0
    const alternatives = count > 0 ? topAlternatives(probabilities, count) : undefined
    sample.tokenIds.push(tokenId)
    sample.logprobs.push(logprob)
    if (alternatives) sample.alternatives.push(alternatives)
    if (sample.grammarState !== null) sample.grammarState = job.grammar?.after(sample.grammarState, tokenId) ?? null
    job.options.onToken?.({ sampleIndex: sample.index, tokenId, logprob, ...(alternatives && { alternatives }) })
    if (job.stopTokenIds.has(tokenId)) sample.finishReason = 'stop'
    else if (sample.tokenIds.length >= sampling.maxNewTokens) sample.finishReason = 'length'
    if (sample.finishReason !== null) this.#finish(job)
  }

  #keepToGrammar(sample: Sample, probabilities: Float32Array): void {
    const { job, grammarState } = sample
    if (job.grammar === null || grammarState === null) return
    const { stopTokenIds } = job
    job.grammar.mask(grammarState, probabilities, { stopTokenIds, tokensLeft: tokensLeft(sample) })
  }

  #finish(job: Job): void {
    job.unfinished -= 1
    if (job.unfinished > 0 || job.isOver) return
    job.isOver = true
    job.resolve(job.samples.map((sample) => finishedSample(sample, job.request.sampling)))
  }

  /** Frees a slot by moving the last one into it. */
  #vacate(slot: number): void {
    this.#cache.remove(slot)
    const moved = this.#active.pop() as Sample
    if (slot !== this.#active.length) this.#active[slot] = moved
  }
}

function tokensLeft({ job, tokenIds }: Sample): number {
  return job.request.sampling.maxNewTokens - tokenIds.length
}

function finishedSample(sample: Sample, sampling: SamplingOptions): GeneratedSample {
  return {
    tokenIds: sample.tokenIds,
    logprobs: sample.logprobs,
    finishReason: sample.finishReason ?? 'length',
    ...((sampling.topLogprobs ?? 0) > 0 && { alternatives: sample.alternatives }),
  }
}
