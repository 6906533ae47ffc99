import type { ModelConfig } from '../checkpoint/model-config.js'
import { attentionBlocks } from '../transformer/attention-blocks.js'
import type { PackedTokens } from '../transformer/block-layout.js'
import { sharedBeginning } from '../transformer/common-prefix.js'

/** Prompts as one row of tokens: what all begin with, then the rest of each. */
export interface PackedPrompts extends PackedTokens {
  /** The place of each prompt's last token, [prompts]. */
  readonly rows: Int32Array
  /** Takes one prompt's keys or values, [kvHeads, time, headDim], out of a layer's blocks. */
  headsOf(prompt: number, blocks: Float32Array, config: Pick<ModelConfig, 'kvHeads' | 'headDim'>): Float32Array
}

/**
 * Packs prompts of at least one token each. What they begin with is shared where that is asked for; otherwise each stands at
 * the start of a block of its own, so that the last bits of what is computed for it do not depend on its neighbours.
 */
export function packPrompts(prompts: readonly (readonly number[])[], shares: boolean): PackedPrompts {
  // A single prompt shares nothing.
  const prefix = shares && prompts.length > 1 ? sharedBeginning(prompts) : 0
  const rests = prompts.map((prompt) => prompt.slice(prefix))
  const tokens = Int32Array.from([...(prompts[0]?.slice(0, prefix) ?? []), ...rests.flat()])
  const positions = Int32Array.from(tokens, (_, at) => at)
  const rows = new Int32Array(prompts.length)
  let next = prefix
  const segments = rests.map(({ length }, i) => {
    const start = next
    for (let t = 0; t < length; t++) positions[next++] = prefix + t
    rows[i] = next - 1
    return { start, length }
  })
  // In one group, the prompts are to what they begin with as responses are to a prompt.
  const groups = (shares ? [segments] : segments.map((segment) => [segment])).map((own) => ({
    promptStart: 0,
    prompt: prefix,
    segments: own,
  }))
  const blocks = attentionBlocks(groups, { prefix: 0, isOfResponses: false })
  const width = blocks.promptLength + blocks.length
  const places = segments.map(({ start }) => blocks.tokens.indexOf(start))
  return {
    tokens,
    positions,
    promptTokens: prefix,
    blocks,
    responseBlocks: null,
    rows,
    headsOf: (prompt, source, { kvHeads, headDim }) => {
      const place = places[prompt] as number
      const own = (rests[prompt] as readonly number[]).length
      const block = Math.floor(place / blocks.length)
      const target = new Float32Array(kvHeads * (prefix + own) * headDim)
      for (let head = 0; head < kvHeads; head++) {
        const from = (block * kvHeads + head) * width
        const to = head * (prefix + own)
        const copy = (at: number, count: number, behind: number) =>
          target.set(source.subarray((from + at) * headDim, (from + at + count) * headDim), (to + behind) * headDim)
        copy(0, prefix, 0)
        copy(prefix + (place % blocks.length), own, prefix)
      }
      return target
    },
  }
}
