import { describe, expect, it } from 'vitest'
import type { TrainGroup } from '../engine-api.js'
import { distinctTokens } from './distinct-tokens.js'

const group = (promptTokenIds: number[], ...lengths: number[]): TrainGroup => ({
  promptTokenIds,
  responses: lengths.map((length) => ({ tokenIds: new Array(length).fill(1), oldLogprobs: [], advantage: 0 })),
})

describe('distinctTokens', () => {
  it('counts a prompt once, its last token with each response', () => {
    expect(distinctTokens([group([1, 2, 3], 4, 5)])).toBe(2 + 4 + 5)
  })

  it('counts what several prompts begin with once, in any order', () => {
    const groups = [group([1, 2, 3, 0], 1), group([1, 5, 0], 1), group([1, 2, 4, 4, 0], 1), group([6, 0], 1)]
    // 1 2 3 / 4 4 / 5 / 6, and four responses
    expect(distinctTokens(groups)).toBe(3 + 2 + 1 + 1 + 4)
    expect(distinctTokens(groups.reverse())).toBe(11)
  })

  it('leaves out the prompt of a group without a trained response', () => {
    expect(distinctTokens([group([1, 2, 3], 0), group([4, 5], 2)])).toBe(1 + 2)
  })
})
