import { EngineError } from '../../errors.js'
import { ByteLanguages, type Language } from './byte-language.js'
import { compileJsonConstraint, type JsonConstraint } from './json-schema.js'
import type { TokenTrie } from './token-trie.js'

/** Masks kept at most; one has a bit a token. */
const maxMasks = 256

interface Mask {
  /** One bit a token. */
  readonly bits: Uint8Array
  /** Tokens allowed, stop tokens not counted. */
  readonly count: number
  /** The largest number of bytes that the shortest ending needs after any of them. */
  readonly longestEnding: number
}

/**
 * Keeps samples inside a JSON constraint: which tokens may follow a state, and the state after one. When tokens run
 * out it allows only what can still be brought to an end, so that a sample ends as complete JSON whenever the shortest
 * JSON fits, counted as one byte a token.
 */
export class TokenGrammar {
  readonly start: Language
  readonly #trie: TokenTrie
  readonly #languages = new ByteLanguages()
  readonly #masks = new Map<Language, Mask>()

  /** Throws `bad-request` for a schema that cannot be followed. */
  constructor(constraint: JsonConstraint, trie: TokenTrie) {
    this.#trie = trie
    this.start = compileJsonConstraint(constraint, this.#languages)
  }

  /** True when it has grown so large that the next request should build its own. */
  get isCrowded(): boolean {
    return this.#languages.isCrowded
  }

  /** The state after a token; `none` when the token was not allowed. */
  after(state: Language, tokenId: number): Language {
    let next = state
    for (const byte of this.#trie.bytesOf(tokenId)) next = this.#languages.after(next, byte)
    return next
  }

  /**
   * Zeroes what is not allowed and renormalises, in place. `tokensLeft` counts the token to be drawn. Where all that is
   * allowed has underflowed to 0, it becomes equally likely. Throws `bad-request` when no token of the vocabulary fits.
   */
  mask(
    state: Language,
    probabilities: Float32Array,
    { stopTokenIds, tokensLeft }: { readonly stopTokenIds: ReadonlySet<number>; readonly tokensLeft: number },
  ): void {
    // Beside this token, one is kept for the end of turn; a text that is too long must at least come nearer to its end.
    const budget = Math.max(tokensLeft - 2, state.shortest - 1)
    const { bits, count } = this.#maskWithin(state, budget)
    const stops = state.isNullable ? [...stopTokenIds].filter((id) => id < probabilities.length) : []
    if (count + stops.length === 0) {
      throw new EngineError('bad-request', 'the vocabulary of this model cannot write the JSON asked for; change it')
    }
    const stopProbabilities = stops.map((id) => probabilities[id] as number)
    for (let id = 0; id < probabilities.length; id++) if (!isSet(bits, id)) probabilities[id] = 0
    stops.forEach((id, i) => {
      probabilities[id] = stopProbabilities[i] as number
    })
    let total = 0
    for (const p of probabilities) total += p
    const isAllowed = (id: number) => isSet(bits, id) || stops.includes(id)
    for (let id = 0; id < probabilities.length; id++) {
      if (total > 0) probabilities[id] = (probabilities[id] as number) / total
      else probabilities[id] = isAllowed(id) ? 1 / (count + stops.length) : 0
    }
  }

  #maskWithin(state: Language, budget: number): Mask {
    let mask = this.#masks.get(state)
    if (mask === undefined) {
      mask = this.#walk(state, Number.POSITIVE_INFINITY)
      const [oldest] = this.#masks.keys()
      if (this.#masks.size >= maxMasks && oldest) this.#masks.delete(oldest)
      this.#masks.set(state, mask)
    }
    return mask.longestEnding <= budget ? mask : this.#walk(state, budget)
  }

  /** Walks the tokens together with the language; `budget` bounds the bytes still needed afterwards. */
  #walk(start: Language, budget: number): Mask {
    const { bytes, depths, ends, idStarts, tokenIds, vocabSize } = this.#trie
    const bits = new Uint8Array(Math.ceil(vocabSize / 8))
    const states: Language[] = [start]
    let count = 0
    let longestEnding = 0
    for (let node = 0; node < bytes.length; ) {
      const depth = depths[node] as number
      const state = this.#languages.after(states[depth - 1] as Language, bytes[node] as number)
      if (state === this.#languages.none) {
        node = ends[node] as number
        continue
      }
      states[depth] = state
      const idEnd = idStarts[node + 1] as number
      if (state.shortest <= budget) {
        for (let at = idStarts[node] as number; at < idEnd; at++) {
          const id = tokenIds[at] as number
          bits[id >> 3] = (bits[id >> 3] as number) | (1 << (id & 7))
          count++
          longestEnding = Math.max(longestEnding, state.shortest)
        }
      }
      node++
    }
    return { bits, count, longestEnding }
  }
}

function isSet(bits: Uint8Array, id: number): boolean {
  return (((bits[id >> 3] ?? 0) >> (id & 7)) & 1) === 1
}
