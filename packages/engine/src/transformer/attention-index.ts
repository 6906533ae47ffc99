import type { AttentionBlocks } from './attention-blocks.js'

/** Rows of heads by which attention's blocks are filled and emptied; empty places hold any row, here the first. */
export interface AttentionIndex {
  /** Row of [asking, heads] at each place, [blocks, heads, length]: all tokens ask, or those of responses alone. */
  readonly queries: Int32Array
  /** The place of each row among those, [asking, heads]. */
  readonly outputs: Int32Array
  /** Row of [tokens, kvHeads] at each key's place, the prompt's in front, [blocks, kvHeads, promptLength + length]. */
  readonly keys: Int32Array
  /** The place of the key of each token that all prompts begin with, among those of any one block, [prefix, kvHeads]. */
  readonly prefixKeys: Int32Array
  /** The place of each other prompt token's key among those of one block a group, [other prompt tokens, kvHeads]. */
  readonly promptKeys: Int32Array
  /** The place of each response token's key in its block, [other tokens, kvHeads]. */
  readonly ownKeys: Int32Array
}

/** Spells blocks out for heads. `promptTokens` says how many tokens, the batch's first, are of prompts. */
export function attentionIndex(
  blocks: AttentionBlocks,
  { tokens, promptTokens }: { readonly tokens: number; readonly promptTokens: number },
  { heads, kvHeads }: { readonly heads: number; readonly kvHeads: number },
): AttentionIndex {
  const { count, groups, length, promptLength, prefix } = blocks
  const width = promptLength + length
  const queries = new Int32Array(count * heads * length)
  // Prompts have no places among the blocks of the last layer, where they need not ask.
  const firstAsking = blocks.isOfResponses ? promptTokens : 0
  const outputs = new Int32Array((tokens - firstAsking) * heads)
  const keys = new Int32Array(count * kvHeads * width)
  const prefixKeys = new Int32Array(prefix * kvHeads)
  const promptKeys = new Int32Array((promptTokens - prefix) * kvHeads)
  const ownKeys = new Int32Array((tokens - promptTokens) * kvHeads)
  const perGroup = count / groups
  for (let block = 0; block < count; block++) {
    const group = Math.floor(block / perGroup)
    for (let at = 0; at < length; at++) {
      const token = blocks.tokens[block * length + at] as number
      if (token === -1) continue
      for (let head = 0; head < heads; head++) {
        const place = (block * heads + head) * length + at
        const row = (token - firstAsking) * heads + head
        queries[place] = row
        outputs[row] = place
      }
      for (let head = 0; head < kvHeads; head++) {
        const place = (block * kvHeads + head) * width + promptLength + at
        keys[place] = token * kvHeads + head
        if (token >= promptTokens) ownKeys[(token - promptTokens) * kvHeads + head] = place
      }
    }
    for (let at = 0; at < promptLength; at++) {
      const token = blocks.promptTokens[group * promptLength + at] as number
      if (token === -1) continue
      for (let head = 0; head < kvHeads; head++) {
        keys[(block * kvHeads + head) * width + at] = token * kvHeads + head
        if (at < prefix) prefixKeys[at * kvHeads + head] = head * width + at
        else promptKeys[(token - prefix) * kvHeads + head] = (group * kvHeads + head) * width + at
      }
    }
  }
  return { queries, outputs, keys, prefixKeys, promptKeys, ownKeys }
}
