import type { ChatTokenizer } from '../../checkpoint/chat-tokenizer.js'
import type { JsonConstraint } from './json-schema.js'
import { TokenGrammar } from './token-grammar.js'
import { buildTokenTrie, type TokenTrie } from './token-trie.js'

/** Grammars kept at most. */
const maxGrammars = 16

/** What a grammar needs of a tokenizer. */
export type GrammarTokenizer = Pick<ChatTokenizer, 'vocabSize' | 'specialTokenIds' | 'eosTokenIds' | 'tokenBytes'>

/** Builds grammars over one vocabulary, read when the first is asked for, and keeps the latest ones. */
export class GrammarCache {
  readonly #load: () => Promise<GrammarTokenizer>
  #trie: Promise<TokenTrie> | null = null
  readonly #grammars = new Map<string, TokenGrammar>()

  constructor(load: () => Promise<GrammarTokenizer>) {
    this.#load = load
  }

  /** Throws `bad-request` for a schema that cannot be followed. */
  async get(constraint: JsonConstraint): Promise<TokenGrammar> {
    this.#trie ??= this.#load().then(({ vocabSize, specialTokenIds, eosTokenIds, tokenBytes }) =>
      buildTokenTrie(vocabSize, tokenBytes, new Set([...specialTokenIds, ...eosTokenIds])),
    )
    const trie = await this.#trie
    const key = JSON.stringify(constraint)
    const known = this.#grammars.get(key)
    if (known && !known.isCrowded) return known
    const grammar = new TokenGrammar(constraint, trie)
    this.#grammars.delete(key)
    const [oldest] = this.#grammars.keys()
    if (this.#grammars.size >= maxGrammars && oldest !== undefined) this.#grammars.delete(oldest)
    this.#grammars.set(key, grammar)
    return grammar
  }
}
