import type { ChoicePiece } from './choice-text.js'
import type { TextLogprobs, TokenLogprob } from './response-schemas.js'

/** Writes log-probabilities the way POST /v1/completions does: parallel lists, alternatives by their text. */
export function textLogprobs({ logprobs, offsets }: ChoicePiece, alternatives: number): TextLogprobs {
  return {
    tokens: logprobs.map(nameOf),
    token_logprobs: logprobs.map((token) => token.logprob),
    top_logprobs:
      alternatives === 0
        ? null
        : logprobs.map((token) =>
            Object.fromEntries(token.top_logprobs.map((other) => [nameOf(other), other.logprob])),
          ),
    text_offset: [...offsets],
  }
}

/** A token that is a part of a character is named by its bytes, since two such tokens have the same text. */
function nameOf({ token, bytes }: Pick<TokenLogprob, 'token' | 'bytes'>): string {
  if (!token.includes('\uFFFD')) return token
  return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`
}
