import { messageOf } from '../../errors.js'

/** The text of each token, or why there is none. */
export type TokenTexts =
  | { readonly kind: 'decoded'; readonly texts: readonly string[] }
  | { readonly kind: 'missing'; readonly reason: string }

/**
 * Cuts a response into the texts of its tokens with the tokenizer of a model's folder. A character that several tokens
 * share stands with the last of them.
 */
export async function tokenTexts(folder: string, tokenIds: readonly number[]): Promise<TokenTexts> {
  // Loaded here: the page can be read without the engine.
  const { loadChatTokenizer } = await import('@training-gym/engine')
  try {
    const decoder = (await loadChatTokenizer(folder)).streamDecoder()
    const texts = tokenIds.map((id) => decoder.push(id))
    texts.push((texts.pop() ?? '') + decoder.flush())
    return { kind: 'decoded', texts: tokenIds.length === 0 ? [] : texts }
  } catch (error) {
    return { kind: 'missing', reason: `the tokens cannot be shown: ${messageOf(error)}` }
  }
}
