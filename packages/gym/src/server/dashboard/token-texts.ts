import { messageOf } from '../../errors.js'

/** The text of each token, or why there is none. */
export type TokenTexts =
  | { readonly kind: 'decoded'; readonly texts: readonly string[] }
  | { readonly kind: 'missing'; readonly reason: string }

/**
 * Makes a reader that cuts a response into the texts of its tokens with the tokenizer of a model's folder, and keeps the
 * last tokenizer: a big one takes a second to load. A character that several tokens share stands with the last of them.
 */
export function createTokenReader(): (folder: string, tokenIds: readonly number[]) => Promise<TokenTexts> {
  let kept: { readonly folder: string; readonly tokenizer: ReturnType<typeof load> } | undefined
  return async (folder, tokenIds) => {
    if (kept?.folder !== folder) kept = { folder, tokenizer: load(folder) }
    const asked = kept
    try {
      const decoder = (await asked.tokenizer).streamDecoder()
      const texts = tokenIds.map((id) => decoder.push(id))
      texts.push((texts.pop() ?? '') + decoder.flush())
      return { kind: 'decoded', texts: tokenIds.length === 0 ? [] : texts }
    } catch (error) {
      // The folder may be there the next time.
      if (kept === asked) kept = undefined
      return { kind: 'missing', reason: `the tokens cannot be shown: ${messageOf(error)}` }
    }
  }
}

async function load(folder: string) {
  // Loaded here: the page can be read without the engine.
  const { loadChatTokenizer } = await import('@training-gym/engine')
  return await loadChatTokenizer(folder)
}
