import type { TokenEvent } from '@training-gym/engine'
import type { TokenLogprob } from './response-schemas.js'
import type { ServedTokenizer } from './served-engine.js'
import { createStopCutter } from './stop-cutter.js'

/** Text of one sample that can be shown now, with the log-probabilities of the tokens it came from. */
export interface ChoicePiece {
  readonly text: string
  readonly logprobs: readonly TokenLogprob[]
  /** Where in the sample's whole text each of those tokens begins. */
  readonly offsets: readonly number[]
}

const nothing: ChoicePiece = { text: '', logprobs: [], offsets: [] }

export interface ChoiceTextOptions {
  readonly tokenizer: ServedTokenizer
  readonly endTokenIds: ReadonlySet<number>
  readonly stopStrings: readonly string[]
  readonly maxNewTokens: number
  readonly wantsLogprobs: boolean
}

/**
 * Turns the tokens of one sample into its text as they come: never a special token, never half a character, never
 * a part of a stop string. Tokens after the end are ignored.
 */
export class ChoiceText {
  /** Tokens sampled, the end-of-turn token included. */
  tokens = 0
  finishReason: 'stop' | 'length' | null = null
  readonly #options: ChoiceTextOptions
  readonly #decoder
  readonly #cutter
  #decodedLength = 0
  #shownLength = 0
  /** Tokens whose text is still held back, each with where its text begins. */
  readonly #pending: { readonly start: number; readonly event: TokenEvent }[] = []

  constructor(options: ChoiceTextOptions) {
    this.#options = options
    this.#decoder = options.tokenizer.streamDecoder({ skipSpecialTokens: true })
    this.#cutter = createStopCutter(options.stopStrings)
  }

  /** Takes the next sampled token. */
  push(event: TokenEvent): ChoicePiece {
    if (this.finishReason) return nothing
    this.tokens++
    if (this.#options.endTokenIds.has(event.tokenId)) return this.#finish('stop')
    if (this.#options.wantsLogprobs) this.#pending.push({ start: this.#decodedLength, event })
    const piece = this.#show(this.#decoder.push(event.tokenId))
    if (this.finishReason || this.tokens < this.#options.maxNewTokens) return piece
    return joined(piece, this.#finish('length'))
  }

  #finish(reason: 'stop' | 'length'): ChoicePiece {
    const piece = this.#show(this.#decoder.flush())
    if (this.finishReason) return piece
    this.finishReason = reason
    const rest = this.#cutter.end()
    return joined(piece, { text: rest, ...this.#release(Number.POSITIVE_INFINITY) })
  }

  #show(decoded: string): ChoicePiece {
    this.#decodedLength += decoded.length
    const text = this.#cutter.push(decoded)
    this.#shownLength += text.length
    const released = this.#release(this.#shownLength)
    if (this.#cutter.isStopped) this.finishReason = 'stop'
    return { text, ...released }
  }

  #release(end: number): Pick<ChoicePiece, 'logprobs' | 'offsets'> {
    const count = this.#pending.findIndex((token) => token.start >= end)
    const released = this.#pending.splice(0, count === -1 ? this.#pending.length : count)
    const logprobs = released.map(({ event }) => ({
      ...this.#alternative(event.tokenId, event.logprob),
      top_logprobs: (event.alternatives ?? []).map((other) => this.#alternative(other.tokenId, other.logprob)),
    }))
    return { logprobs, offsets: released.map((token) => token.start) }
  }

  #alternative(tokenId: number, logprob: number): Omit<TokenLogprob, 'top_logprobs'> {
    const { tokenizer } = this.#options
    return { token: tokenizer.decode([tokenId]), logprob, bytes: [...tokenizer.tokenBytes(tokenId)] }
  }
}

function joined(first: ChoicePiece, second: ChoicePiece): ChoicePiece {
  return {
    text: first.text + second.text,
    logprobs: [...first.logprobs, ...second.logprobs],
    offsets: [...first.offsets, ...second.offsets],
  }
}
