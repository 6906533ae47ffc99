import { describe, expect, it } from 'vitest'
import { type AttentionBlocks, attentionBlocks } from './attention-blocks.js'
import { attentionIndex } from './attention-index.js'

/** Which tokens a token looks at, read off the mask and the blocks. */
function seenBy(blocks: AttentionBlocks, token: number): number[] {
  const { length, promptLength, count, groups } = blocks
  const width = promptLength + length
  const place = blocks.tokens.indexOf(token)
  const block = Math.floor(place / length)
  const prompt = Math.floor(block / (count / groups)) * promptLength
  return Array.from({ length: width }, (_, key) => key)
    .filter((key) => blocks.mask[place * width + key] === 0)
    .map((key) =>
      key < promptLength
        ? (blocks.promptTokens[prompt + key] as number)
        : (blocks.tokens[block * length + key - promptLength] as number),
    )
}

// Prompts of 3 and 1 tokens in front, then segments of 2, 4 and 1, and of 2.
const groups = [
  {
    promptStart: 0,
    prompt: 3,
    segments: [
      { start: 4, length: 2 },
      { start: 6, length: 4 },
      { start: 10, length: 1 },
    ],
  },
  { promptStart: 3, prompt: 1, segments: [{ start: 11, length: 2 }] },
]
const tokens = 13
const everything = { prefix: 0, isOfResponses: false }
const responsesAlone = { prefix: 0, isOfResponses: true }

// Both prompts begin with tokens 0 to 2; 3 is the first one's own, and the second has none.
const withPrefix = [
  { promptStart: 3, prompt: 4, segments: [{ start: 4, length: 2 }] },
  {
    promptStart: 4,
    prompt: 3,
    segments: [
      { start: 6, length: 3 },
      { start: 9, length: 1 },
    ],
  },
]

describe('attentionBlocks', () => {
  it('lets a token see the prompt so far, or the prompt and its own segment so far', () => {
    const blocks = attentionBlocks(groups, everything)
    expect(seenBy(blocks, 2)).toEqual([0, 1, 2])
    expect(seenBy(blocks, 3)).toEqual([3])
    expect(seenBy(blocks, 5)).toEqual([0, 1, 2, 4, 5])
    expect(seenBy(blocks, 8)).toEqual([0, 1, 2, 6, 7, 8])
    expect(seenBy(blocks, 10)).toEqual([0, 1, 2, 10])
    expect(seenBy(blocks, 12)).toEqual([3, 11, 12])
  })

  it('gives every token one place, and lets an empty place see itself alone', () => {
    const blocks = attentionBlocks(groups, everything)
    const placed = [...blocks.tokens].filter((token) => token !== -1)
    expect([...placed].sort((a, b) => a - b)).toEqual(Array.from({ length: tokens }, (_, t) => t))
    const width = blocks.promptLength + blocks.length
    blocks.tokens.forEach((token, place) => {
      if (token !== -1) return
      const row = blocks.mask.subarray(place * width, (place + 1) * width)
      expect([...row].flatMap((value, key) => (value === 0 ? [key] : []))).toEqual([
        blocks.promptLength + (place % blocks.length),
      ])
    })
  })

  it('keeps one response to a block where there are many, and a lone one in one block with its prompt', () => {
    const segments = Array.from({ length: 8 }, (_, i) => ({ start: 44 + 20 * i, length: 20 }))
    const many = attentionBlocks([{ promptStart: 0, prompt: 44, segments }], everything)
    expect(many).toMatchObject({ length: 20, count: 11 })
    const alone = attentionBlocks([{ promptStart: 0, prompt: 44, segments: [{ start: 44, length: 1000 }] }], everything)
    expect(alone).toMatchObject({ length: 1044, count: 1 })
  })

  it('leaves prompts out where they need not ask, and still lets responses see them', () => {
    const blocks = attentionBlocks(groups, responsesAlone)
    expect([...blocks.tokens].filter((token) => token !== -1).every((token) => token >= 4)).toBe(true)
    expect(seenBy(blocks, 8)).toEqual([0, 1, 2, 6, 7, 8])
    expect(seenBy(blocks, 12)).toEqual([3, 11, 12])
  })

  it('gives the tokens that all prompts begin with one place, and lets every group see them', () => {
    for (const isOfResponses of [false, true]) {
      const blocks = attentionBlocks(withPrefix, { prefix: 3, isOfResponses })
      expect(seenBy(blocks, 5)).toEqual([0, 1, 2, 3, 4, 5])
      expect(seenBy(blocks, 8)).toEqual([0, 1, 2, 6, 7, 8])
      expect(seenBy(blocks, 9)).toEqual([0, 1, 2, 9])
      const placed = [...blocks.tokens].filter((token) => token !== -1).sort((a, b) => a - b)
      expect(placed).toEqual(Array.from({ length: 10 }, (_, t) => t).slice(isOfResponses ? 4 : 0))
      if (isOfResponses) continue
      expect(seenBy(blocks, 1)).toEqual([0, 1])
      expect(seenBy(blocks, 2)).toEqual([0, 1, 2])
      expect(seenBy(blocks, 3)).toEqual([0, 1, 2, 3])
    }
  })

  it('lays out groups without a prompt to share', () => {
    const blocks = attentionBlocks([{ promptStart: 0, prompt: 0, segments: [{ start: 0, length: 2 }] }], everything)
    expect(seenBy(blocks, 1)).toEqual([0, 1])
  })
})

describe('attentionIndex', () => {
  const heads = { heads: 4, kvHeads: 2 }
  const blocks = attentionBlocks(groups, everything)
  const index = attentionIndex(blocks, { tokens, promptTokens: 4 }, heads)

  it('names for every row of heads the place that holds it', () => {
    expect(index.outputs).toHaveLength(tokens * heads.heads)
    index.outputs.forEach((place, row) => {
      expect(index.queries[place]).toBe(row)
    })
    expect(new Set(index.outputs).size).toBe(index.outputs.length)
  })

  it('counts rows from the first response where prompts do not ask', () => {
    const last = attentionBlocks(groups, responsesAlone)
    const { outputs, queries } = attentionIndex(last, { tokens, promptTokens: 4 }, heads)
    expect(outputs).toHaveLength((tokens - 4) * heads.heads)
    outputs.forEach((place, row) => {
      expect(queries[place]).toBe(row)
    })
  })

  it('names the keys of what all prompts begin with apart from those of one group', () => {
    const shared = attentionBlocks(withPrefix, { prefix: 3, isOfResponses: false })
    const width = shared.promptLength + shared.length
    const { keys, prefixKeys, promptKeys } = attentionIndex(shared, { tokens: 10, promptTokens: 4 }, heads)
    const place = (block: number, key: number | undefined) => block * heads.kvHeads * width + (key as number)
    expect(prefixKeys).toHaveLength(3 * heads.kvHeads)
    for (let block = 0; block < shared.count; block++) {
      prefixKeys.forEach((key, row) => {
        expect(keys[place(block, key)]).toBe(row)
      })
    }
    expect([...promptKeys].map((key) => keys[key])).toEqual([3 * heads.kvHeads, 3 * heads.kvHeads + 1])
  })

  it('puts the keys of the prompt in front of those of the block', () => {
    const width = blocks.promptLength + blocks.length
    const perGroup = blocks.count / blocks.groups
    index.promptKeys.forEach((place, row) => {
      const group = Math.floor(place / (heads.kvHeads * width))
      const within = place % (heads.kvHeads * width)
      for (let block = 0; block < perGroup; block++) {
        expect(index.keys[(group * perGroup + block) * heads.kvHeads * width + within]).toBe(row)
      }
    })
    index.ownKeys.forEach((place, row) => {
      expect(index.keys[place]).toBe(4 * heads.kvHeads + row)
      expect(place % width).toBeGreaterThanOrEqual(blocks.promptLength)
    })
  })
})
