import type { SampledToken } from './sample-token.js'

/** A prompt whose keys and values are held, ready for samples. */
export interface ComputedPrompt {
  /** Of the token behind it, [vocab], at the temperature that was asked for. */
  readonly probabilities: Float32Array
}

/** What a step computes of each slot in use, in the order of slots. */
export interface StepRequest {
  /** The last token of each text. */
  readonly tokens: readonly number[]
  readonly temperatures: readonly number[]
  /** Draws each slot's next token where it is drawn from all tokens, in [0, 1). */
  readonly uniforms: readonly number[]
}

export interface StepResult {
  /** The next token of each slot, drawn from all tokens; null where drawing is left to the caller. */
  readonly drawn: readonly SampledToken[] | null
  /** Of the next tokens, [slots * vocab]; asked for before the next step. */
  probabilities(): Promise<Float32Array>
}

/** Computes prompts together, and then one further token at a time for each slot in use. */
export interface TokenSource<Prompt extends ComputedPrompt = ComputedPrompt> {
  /** True for the samples of training, which come in groups and are waited for together. */
  readonly servesRollouts: boolean
  prefill(prompts: readonly (readonly number[])[], temperatures: readonly number[]): Promise<Prompt[]>
  /** How many texts of up to that many tokens it can hold at once. */
  slotsFor(tokens: number): number
  /** Takes the slot behind the last for one more sample of a prompt. */
  addSlot(prompt: Prompt): void
  /** Frees a slot by moving the last one into it. */
  removeSlot(slot: number): void
  clearSlots(): void
  /** Says that a prompt gets no more samples. */
  forget(prompt: Prompt): void
  /** Says that the samples from now on have nothing to do with those before, which must not show in their bits. */
  begin(): void
  /** Makes ready for that many samples of that many tokens. */
  prepare(samples: number, tokens: number): Promise<void>
  step(request: StepRequest): Promise<StepResult>
  /** Waits for what is being computed, and computes nothing while the weights change. */
  whileWeightsChange<T>(change: () => Promise<T>): Promise<T>
  release(): Promise<void>
}
