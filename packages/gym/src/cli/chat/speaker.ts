import type { Message } from '../../trip.js'
import type { Sampling } from './chat-command.js'

/** Yields the answer to a conversation, piece by piece. */
export type Answer = (messages: readonly Message[], sampling: Sampling, signal: AbortSignal) => AsyncIterable<string>

/** One who answers, under the name that is shown. */
export interface Speaker {
  readonly name: string
  readonly answer: Answer
}

/** A speaker and what was said with it: two speakers never see each other's answers. */
export class Conversation {
  readonly name: string
  readonly #answer: Answer
  readonly #opening: readonly Message[]
  #messages: readonly Message[]

  constructor(speaker: Speaker, systemPrompt: string) {
    this.name = speaker.name
    this.#answer = speaker.answer
    this.#opening = systemPrompt === '' ? [] : [{ role: 'system', content: systemPrompt }]
    this.#messages = this.#opening
  }

  /** Forgets all turns. */
  reset(): void {
    this.#messages = this.#opening
  }

  /** Asks for one answer, which `tell` shows and returns; a turn that fails is not kept. */
  async turn(
    text: string,
    sampling: Sampling,
    signal: AbortSignal,
    tell: (pieces: AsyncIterable<string>) => Promise<string>,
  ): Promise<string> {
    const asked: readonly Message[] = [...this.#messages, { role: 'user', content: text }]
    const response = await tell(this.#answer(asked, sampling, signal))
    this.#messages = [...asked, { role: 'assistant', content: response }]
    return response
  }
}
