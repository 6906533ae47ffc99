import type { ModelConfig } from '../checkpoint/model-config.js'
import { DecodeCache } from './decode-cache.js'
import type { GenerationSessions } from './generation-sessions.js'
import type { PromptCache } from './kv-cache.js'
import { isBroken } from './sample-token.js'
import type { ComputedPrompt, StepRequest, StepResult, TokenSource } from './token-source.js'

/** A prompt in the memory of the process. */
export interface HostPrompt extends ComputedPrompt {
  readonly cache: PromptCache
}

/** Keeps keys and values in the memory of the process, where the processor reads them; tokens are drawn by the caller. */
export class HostTokens implements TokenSource<HostPrompt> {
  readonly #sessions: GenerationSessions
  readonly #cache: DecodeCache

  constructor(config: ModelConfig, sessions: GenerationSessions) {
    this.#sessions = sessions
    this.#cache = new DecodeCache(config, sessions.servesRollouts)
  }

  get servesRollouts(): boolean {
    return this.#sessions.servesRollouts
  }

  prefill(prompts: readonly (readonly number[])[], temperatures: readonly number[]): Promise<HostPrompt[]> {
    return this.#sessions.prefill(prompts, temperatures)
  }

  /** Memory of the process is left to the caller. */
  slotsFor(): number {
    return Number.POSITIVE_INFINITY
  }

  addSlot(prompt: HostPrompt): void {
    this.#cache.add(prompt, prompt.cache)
  }

  removeSlot(slot: number): void {
    this.#cache.remove(slot)
  }

  clearSlots(): void {
    this.#cache.clear()
  }

  forget(): void {}

  begin(): void {
    this.#sessions.begin()
  }

  prepare(samples: number, tokens: number): Promise<void> {
    return this.#sessions.prepare(samples, tokens)
  }

  async step({ tokens, temperatures }: StepRequest): Promise<StepResult> {
    const probabilities = await this.#sessions.decode({ cache: this.#cache, tokens, temperatures })
    this.#cache.advance()
    const vocab = probabilities.length / tokens.length
    if (tokens.some((_, slot) => isBroken(probabilities, slot * vocab))) this.#cache.spoil()
    return { drawn: null, probabilities: async () => probabilities }
  }

  whileWeightsChange<T>(change: () => Promise<T>): Promise<T> {
    return this.#sessions.whileWeightsChange(change)
  }

  release(): Promise<void> {
    return this.#sessions.release()
  }
}
