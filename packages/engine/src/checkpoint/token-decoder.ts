/** Turns token ids into text. */
export interface TokenDecoder {
  /** Decodes ids at once; ids that the tokenizer does not know (padding rows of the embedding) give no text. */
  decode(ids: readonly number[]): string
  /** Starts decoding ids as they come. */
  stream(): StreamDecoder
}

/** Decodes ids one by one. What `push` and `flush` return, joined, equals `decode` of all ids. */
export interface StreamDecoder {
  /** Returns the text that this token completes; '' while a character is still cut in half. */
  push(id: number): string
  /** Returns what was held back (cut characters as U+FFFD) and starts afresh. */
  flush(): string
}

/**
 * Decodes byte-level tokens (GPT-2, Qwen, Llama 3, SmolLM): the text is the UTF-8 reading of all tokens' bytes, which
 * a streaming `TextDecoder` gives piece by piece. `bytesOf` returns null for ids that give no text.
 */
export function byteLevelDecoder(bytesOf: (id: number) => Uint8Array | null): TokenDecoder {
  const createTextDecoder = () => new TextDecoder('utf-8', { ignoreBOM: true })
  const decode = (ids: readonly number[]) => {
    const decoder = createTextDecoder()
    let text = ''
    for (const id of ids) {
      const bytes = bytesOf(id)
      if (bytes) text += decoder.decode(bytes, { stream: true })
    }
    return text + decoder.decode()
  }
  const stream = () => {
    const decoder = createTextDecoder()
    return {
      push: (id: number) => {
        const bytes = bytesOf(id)
        return bytes ? decoder.decode(bytes, { stream: true }) : ''
      },
      flush: () => decoder.decode(),
    }
  }
  return { decode, stream }
}

/**
 * Decodes SentencePiece-style tokens (Llama 2), whose text depends on what comes before: the first loses its space,
 * and a run of byte tokens is read as a whole. Streaming therefore decodes the last piece together with the new one
 * and returns the difference, and holds a run of byte tokens back until it has ended.
 */
export function pieceDecoder(
  decodePieces: (ids: number[]) => string,
  pieceOf: (id: number) => string | null,
): TokenDecoder {
  const decode = (ids: readonly number[]) => {
    const known = ids.filter((id) => pieceOf(id) !== null)
    return known.length > 0 ? decodePieces(known) : ''
  }
  const stream = () => {
    let previous: number[] = []
    let pending: number[] = []
    const flush = () => {
      const text = decode([...previous, ...pending]).slice(decode(previous).length)
      previous = pending
      pending = []
      return text
    }
    const push = (id: number) => {
      const piece = pieceOf(id)
      if (piece === null) return ''
      pending.push(id)
      return /^<0x[0-9A-Fa-f]{2}>$/.test(piece) ? '' : flush()
    }
    const end = () => {
      const text = flush()
      previous = []
      return text
    }
    return { push, flush: end }
  }
  return { decode, stream }
}
