import { describe, expect, it } from 'vitest'
import type { TrainGroup } from '../engine-api.js'
import { packGroups } from './pack-groups.js'

const response = (tokenIds: number[], isTrained?: boolean[]) => ({
  tokenIds,
  oldLogprobs: tokenIds.map(() => 0),
  advantage: 1,
  ...(isTrained && { isTrained }),
})
const group: TrainGroup = { promptTokenIds: [1, 2, 3], responses: [response([10, 11]), response([20, 21, 22])] }
const options = { maxBatchTokens: 1000, includesUntrained: false }

describe('packGroups', () => {
  it('computes the prompts once, in front, and starts each response on a copy of its last token', () => {
    const [batch] = packGroups([{ promptTokenIds: [7, 8], responses: [response([30])] }, group], options)
    expect([...(batch?.tokens ?? [])]).toEqual([7, 1, 2, 8, 3, 10, 3, 20, 21])
    expect([...(batch?.positions ?? [])]).toEqual([0, 0, 1, 1, 2, 3, 2, 3, 4])
    expect(batch?.promptTokens).toBe(3)
    expect([...(batch?.targets ?? [])]).toEqual([30, 10, 11, 20, 21, 22])
    expect([...(batch?.rows ?? [])]).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('computes what all prompts begin with once, but for their last tokens', () => {
    const other: TrainGroup = { promptTokenIds: [1, 2], responses: [response([30])] }
    const [batch] = packGroups([group, { ...group, promptTokenIds: [1, 2, 9, 4] }], options)
    expect([...(batch?.tokens ?? [])]).toEqual([1, 2, 9, 3, 10, 3, 20, 21, 4, 10, 4, 20, 21])
    expect([...(batch?.positions ?? [])]).toEqual([0, 1, 2, 2, 3, 2, 3, 4, 3, 4, 3, 4, 5])
    expect(batch?.promptTokens).toBe(3)
    const [shorter] = packGroups([group, other], options)
    expect([...(shorter?.tokens ?? [])]).toEqual([1, 2, 2, 3, 10, 3, 20, 21])
  })

  it('counts what prompts have in common once when it fills a batch', () => {
    const long = { ...group, promptTokenIds: [1, 1, 1, 1, 1, 2] }
    expect(packGroups([long, long], { ...options, maxBatchTokens: 15 })).toHaveLength(1)
    expect(packGroups([long, long], { ...options, maxBatchTokens: 14 })).toHaveLength(2)
    expect(packGroups([long, { ...group, promptTokenIds: [3, 4] }], { ...options, maxBatchTokens: 15 })).toHaveLength(2)
  })

  it('gives every trained token a row of its own, and leaves out those without loss', () => {
    const masked: TrainGroup = { promptTokenIds: [1], responses: [response([5, 6, 7], [true, false, true])] }
    const [batch] = packGroups([masked], options)
    expect([...(batch?.targets ?? [])]).toEqual([5, 7])
    expect(new Set(batch?.rows).size).toBe(2)
    const [scored] = packGroups([masked], { ...options, includesUntrained: true })
    expect([...(scored?.targets ?? [])]).toEqual([5, 6, 7])
  })

  it('splits by size without padding, and covers every token exactly once', () => {
    const groups: TrainGroup[] = Array.from({ length: 9 }, (_, g) => ({
      promptTokenIds: Array.from({ length: 1 + (g % 4) }, () => 1),
      responses: Array.from({ length: 1 + (g % 3) }, (_, r) =>
        response(Array.from({ length: 1 + ((g + r) % 5) }, () => 2)),
      ),
    }))
    const batches = packGroups(groups, { maxBatchTokens: 8, includesUntrained: false })
    const owners = batches.flatMap((batch) => batch.owners.map((owner) => JSON.stringify(owner)))
    const all = groups.flatMap((g) => g.responses.map((r) => r.tokenIds.length)).reduce((a, b) => a + b, 0)
    expect(owners).toHaveLength(all)
    expect(new Set(owners).size).toBe(all)
    for (const { tokens, blocks } of batches) if (blocks.groups > 1) expect(tokens.length).toBeLessThanOrEqual(8)
  })

  it('splits a group between responses, never inside one, and computes its prompt for each part', () => {
    const batches = packGroups([group], { maxBatchTokens: 5, includesUntrained: false })
    expect(batches.map(({ tokens }) => [...tokens])).toEqual([
      [1, 2, 3, 10],
      [1, 2, 3, 20, 21],
    ])
  })
})
