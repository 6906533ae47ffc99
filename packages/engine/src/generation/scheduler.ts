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
import type { Language } from './grammar/byte-language.js'
import { GrammarCache, type GrammarTokenizer } from './grammar/grammar-cache.js'
import type { TokenGrammar } from './grammar/token-grammar.js'
import { uniformAt } from './random.js'
import { drawsFromAll, isBroken, penalise, type SampledToken, sampleToken, topAlternatives } from './sample-token.js'
import type { ComputedPrompt, TokenSource } from './token-source.js'

/** Prompt positions computed in one go at most; a longer single prompt still goes alone. */
const maxPrefillTokens = 2048
/** The same while other answers are being decoded, whose readers wait meanwhile. */
const maxPrefillTokensBetweenSteps = 512

interface Job<Prompt> {
  readonly request: GenerateRequest
  readonly options: GenerateOptions
  readonly stopTokenIds: ReadonlySet<number>
  readonly grammar: TokenGrammar | null
  readonly samples: Sample<Prompt>[]
  /** Samples that have no slot yet; the prompt is kept until it is 0. */
  waiting: number
  unfinished: number
  prompt: Prompt | null
  readonly resolve: (samples: GeneratedSample[]) => void
  readonly reject: (error: unknown) => void
  isOver: boolean
}

interface Sample<Prompt> {
  readonly job: Job<Prompt>
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
export class Scheduler<Prompt extends ComputedPrompt = ComputedPrompt> {
  readonly #config: ModelConfig
  readonly #source: TokenSource<Prompt>
  readonly #maxBatch: number
  readonly #queue: Job<Prompt>[] = []
  /** Samples being decoded; the place in the list is the slot. */
  readonly #active: Sample<Prompt>[] = []
  readonly #grammars: GrammarCache
  #isPumping = false

  constructor(
    config: ModelConfig,
    source: TokenSource<Prompt>,
    maxBatch: number,
    loadTokenizer: () => Promise<GrammarTokenizer>,
  ) {
    this.#config = config
    this.#source = source
    this.#maxBatch = maxBatch
    this.#grammars = new GrammarCache(loadTokenizer)
  }

  get load(): EngineLoad {
    const waiting = this.#queue.reduce((sum, job) => sum + job.waiting, 0)
    return { slotsInUse: this.#active.length, slots: this.#maxBatch, waiting }
  }

  /** Draws the samples of one request. Rejects with 'bad-request', 'numerics', or 'aborted' by the signal. */
  async generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<GeneratedSample[]> {
    checkRequest(request, this.#config)
    const { json } = request.sampling
    const grammar = json ? await this.#grammars.get(json) : null
    return new Promise((resolve, reject) => {
      const job: Job<Prompt> = {
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
      this.#source.begin()
      while (this.#queue.length > 0 || this.#active.length > 0) {
        this.#dropAborted()
        await this.#admit()
        // The samples of a rollout are waited for together: no step is taken with slots that could be filled.
        if (this.#source.servesRollouts && this.#queue.length > 0 && this.#active.length < this.#slots()) continue
        if (this.#active.length > 0) await this.#step()
      }
    } catch (error) {
      for (const job of new Set([...this.#queue, ...this.#active.map((sample) => sample.job)])) this.#fail(job, error)
      for (const job of this.#queue) this.#forgetPrompt(job)
      this.#queue.length = 0
      this.#active.length = 0
      this.#source.clearSlots()
    } finally {
      this.#isPumping = false
    }
  }

  #fail(job: Job<Prompt>, error: unknown): void {
    if (job.isOver) return
    job.isOver = true
    job.reject(error)
  }

  #dropAborted(): void {
    const isAborted = (job: Job<Prompt>) => job.options.signal?.aborted === true
    for (const job of new Set([...this.#queue, ...this.#active.map((sample) => sample.job)])) {
      if (isAborted(job)) this.#fail(job, new EngineError('aborted', 'the generation was aborted by its caller'))
    }
    for (let slot = this.#active.length - 1; slot >= 0; slot--) if (this.#active[slot]?.job.isOver) this.#vacate(slot)
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      const job = this.#queue[i] as Job<Prompt>
      if (!job.isOver) continue
      this.#forgetPrompt(job)
      this.#queue.splice(i, 1)
    }
  }

  #forgetPrompt(job: Job<Prompt>): void {
    if (job.prompt !== null) this.#source.forget(job.prompt)
    job.prompt = null
  }

  /**
   * Gives free slots to waiting samples, computing the prompts of as many requests as fit. Runs once before each step
   * unless rollouts are drawn, so that new requests hold those under way up by one computation of prompts at most.
   */
  async #admit(): Promise<void> {
    let free = this.#slots() - this.#active.length
    const holdsUp = this.#active.length > 0 && !this.#source.servesRollouts
    const limit = holdsUp ? maxPrefillTokensBetweenSteps : maxPrefillTokens
    const fresh: Job<Prompt>[] = []
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

  /** Samples that may be decoded together. */
  #slots(): number {
    let longest = 1
    const count = ({ request: { promptTokenIds, sampling } }: Job<Prompt>) => {
      longest = Math.max(longest, promptTokenIds.length + sampling.maxNewTokens)
    }
    for (const job of this.#queue) count(job)
    for (const { job } of this.#active) count(job)
    return Math.min(this.#maxBatch, this.#source.slotsFor(longest))
  }

  async #prefill(jobs: readonly Job<Prompt>[]): Promise<void> {
    const prompts = jobs.map((job) => job.request.promptTokenIds)
    const temperatures = jobs.map((job) => job.request.sampling.temperature ?? 1)
    const computed = await this.#source.prefill(prompts, temperatures)
    jobs.forEach((job, i) => {
      job.prompt = computed[i] ?? null
    })
  }

  #fillSlots(): void {
    const slots = this.#slots()
    while (this.#active.length < slots) {
      const job = this.#queue[0]
      if (job === undefined || job.prompt === null) return
      this.#place(job, job.prompt)
      if (job.waiting === 0) {
        this.#forgetPrompt(job)
        this.#queue.shift()
      }
    }
  }

  /** Draws the first token of the job's next sample and, unless that ends it, gives it a slot. */
  #place(job: Job<Prompt>, prompt: Prompt): void {
    const index = job.samples.length
    const sample: Sample<Prompt> = {
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
    this.#draw(sample, prompt.probabilities, nextUniform(sample))
    if (sample.finishReason !== null) return
    this.#source.addSlot(prompt)
    this.#active.push(sample)
  }

  async #step(): Promise<void> {
    const samples = this.#active
    const uniforms = samples.map(nextUniform)
    await this.#source.prepare(samples.length, Math.max(...samples.map(tokensLeft)))
    const { drawn, probabilities } = await this.#source.step({
      tokens: samples.map((sample) => sample.tokenIds[sample.tokenIds.length - 1] as number),
      temperatures: samples.map((sample) => sample.job.request.sampling.temperature ?? 1),
      uniforms,
    })
    const { vocab } = this.#config
    const wide = drawn !== null && samples.every(takesAnyToken) ? null : await probabilities()
    for (let slot = samples.length - 1; slot >= 0; slot--) {
      const sample = samples[slot] as Sample<Prompt>
      if (wide === null) this.#take(sample, (drawn as readonly SampledToken[])[slot] as SampledToken)
      else this.#draw(sample, wide.subarray(slot * vocab, (slot + 1) * vocab), uniforms[slot] as number)
      if (sample.finishReason !== null) this.#vacate(slot)
    }
  }

  #draw(sample: Sample<Prompt>, shared: Float32Array, uniform: number): void {
    const { job } = sample
    const { sampling } = job.request
    if (isBroken(shared)) {
      this.#giveUp(sample, notFinite())
      return
    }
    const probabilities = hasPenalty(sampling) || job.grammar ? shared.slice() : shared
    if (hasPenalty(sampling)) penalise(probabilities, sample.tokenIds, sampling)
    try {
      this.#keepToGrammar(sample, probabilities)
    } catch (error) {
      // A grammar that grows beyond its bounds is the fault of this request alone.
      this.#giveUp(sample, error)
      return
    }
    const token = sampleToken(probabilities, sampling, uniform)
    const count = sampling.topLogprobs ?? 0
    this.#take(sample, token, count > 0 ? topAlternatives(probabilities, sampling, count) : undefined)
  }

  #take(sample: Sample<Prompt>, { tokenId, logprob }: SampledToken, alternatives?: TokenAlternative[]): void {
    const { job } = sample
    const { sampling } = job.request
    if (Number.isNaN(logprob)) {
      this.#giveUp(sample, notFinite())
      return
    }
    sample.tokenIds.push(tokenId)
    sample.logprobs.push(logprob)
    if (alternatives) sample.alternatives.push(alternatives)
    if (sample.grammarState !== null) sample.grammarState = job.grammar?.after(sample.grammarState, tokenId) ?? null
    job.options.onToken?.({ sampleIndex: sample.index, tokenId, logprob, ...(alternatives && { alternatives }) })
    if (job.stopTokenIds.has(tokenId)) sample.finishReason = 'stop'
    else if (sample.tokenIds.length >= sampling.maxNewTokens) sample.finishReason = 'length'
    if (sample.finishReason !== null) this.#finish(job)
  }

  /** Ends a sample, and its request with it; others go on. */
  #giveUp(sample: Sample<Prompt>, error: unknown): void {
    sample.finishReason = 'length'
    this.#fail(sample.job, error)
  }

  #keepToGrammar(sample: Sample<Prompt>, probabilities: Float32Array): void {
    const { job, grammarState } = sample
    if (job.grammar === null || grammarState === null) return
    const { stopTokenIds } = job
    job.grammar.mask(grammarState, probabilities, { stopTokenIds, tokensLeft: tokensLeft(sample) })
  }

  #finish(job: Job<Prompt>): void {
    job.unfinished -= 1
    if (job.unfinished > 0 || job.isOver) return
    job.isOver = true
    job.resolve(job.samples.map((sample) => finishedSample(sample, job.request.sampling)))
  }

  /** Frees a slot by moving the last one into it. */
  #vacate(slot: number): void {
    this.#source.removeSlot(slot)
    const moved = this.#active.pop() as Sample<Prompt>
    if (slot !== this.#active.length) this.#active[slot] = moved
  }
}

/** What draws the sample's next token. */
function nextUniform({ job, index, tokenIds }: Sample<unknown>): number {
  return uniformAt(job.request.seeds[index] as number, tokenIds.length)
}

/** True where nothing but the token's own probability decides, and nothing but the token is told. */
function takesAnyToken({ job }: Sample<unknown>): boolean {
  const { sampling } = job.request
  return job.grammar === null && !hasPenalty(sampling) && !sampling.topLogprobs && drawsFromAll(sampling)
}

function hasPenalty({ presencePenalty = 0, frequencyPenalty = 0 }: SamplingOptions): boolean {
  return presencePenalty !== 0 || frequencyPenalty !== 0
}

function notFinite(): EngineError {
  const message = 'the model gives probabilities that are not finite numbers, so nothing can be drawn from them'
  return new EngineError('numerics', `${message}; restore an earlier checkpoint and train on with a lower lr`)
}

function tokensLeft({ job, tokenIds }: Sample<unknown>): number {
  return job.request.sampling.maxNewTokens - tokenIds.length
}

function finishedSample(sample: Sample<unknown>, sampling: SamplingOptions): GeneratedSample {
  return {
    tokenIds: sample.tokenIds,
    logprobs: sample.logprobs,
    finishReason: sample.finishReason ?? 'length',
    ...((sampling.topLogprobs ?? 0) > 0 && { alternatives: sample.alternatives }),
  }
}
