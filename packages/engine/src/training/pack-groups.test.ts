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
const options = { maxBatchTokens: 1000, maxPackedTokens: 1000, includesUntrained: false }

describe('packGroups', () => {
  it('computes the prompt once and starts each response on a copy of its last token', () => {
    const [batch] = packGroups([group], options)
    expect([...(batch?.tokens ?? [])]).toEqual([1, 2, 3, 10, 3, 20, 21])
    expect([...(batch?.positions ?? [])]).toEqual([0, 1, 2, 3, 2, 3, 4])
    expect([...(batch?.targets ?? [])]).toEqual([10, 11, 20, 21, 22])
    expect([...(batch?.rows ?? [])]).toEqual([2, 3, 4, 5, 6])
    expect(batch?.usefulTokens).toBe(7)
  })

  it('lets a response see the prompt and itself, never another response', () => {
    const [batch] = packGroups([group], options)
    const time = batch?.time ?? 0
    const seen = (row: number) =>
      Array.from({ length: time }, (_, column) => column).filter((column) => batch?.mask[row * time + column] === 0)
    expect(seen(1)).toEqual([0, 1])
    expect(seen(3)).toEqual([0, 1, 2, 3])
    expect(seen(4)).toEqual([0, 1, 4])
    expect(seen(6)).toEqual([0, 1, 4, 5, 6])
  })

  it('gives every trained token a row of its own, and leaves out those without loss', () => {
    const masked: TrainGroup = { promptTokenIds: [1], responses: [response([5, 6, 7], [true, false, true])] }
    const [batch] = packGroups([masked], options)
    expect([...(batch?.targets ?? [])]).toEqual([5, 7])
    expect(new Set(batch?.rows).size).toBe(2)
    const [scored] = packGroups([masked], { ...options, includesUntrained: true })
    expect([...(scored?.targets ?? [])]).toEqual([5, 6, 7])
  })

  it('splits by size, pads what shares a batch, and covers every token exactly once', () => {
    const groups: TrainGroup[] = Array.from({ length: 9 }, (_, g) => ({
      promptTokenIds: Array.from({ length: 1 + (g % 4) }, () => 1),
      responses: Array.from({ length: 1 + (g % 3) }, (_, r) =>
        response(Array.from({ length: 1 + ((g + r) % 5) }, () => 2)),
      ),
    }))
    const batches = packGroups(groups, { maxBatchTokens: 24, maxPackedTokens: 8, includesUntrained: false })
    const owners = batches.flatMap((batch) => batch.owners.map((owner) => JSON.stringify(owner)))
    const all = groups.flatMap((g) => g.responses.map((r) => r.tokenIds.length)).reduce((a, b) => a + b, 0)
    expect(owners).toHaveLength(all)
    expect(new Set(owners).size).toBe(all)
    for (const batch of batches) if (batch.batch > 1) expect(batch.batch * batch.time).toBeLessThanOrEqual(24)
  })

  it('lets padding see only itself, so that no softmax row is empty', () => {
    const short: TrainGroup = { promptTokenIds: [1], responses: [response([5])] }
    const [batch] = packGroups([short, group], options)
    const time = batch?.time ?? 0
    expect(batch?.batch).toBe(2)
    for (let row = 1; row < time; row++) {
      const columns = Array.from({ length: time }, (_, c) => c).filter((c) => batch?.mask[row * time + c] === 0)
      expect(columns).toEqual([row])
    }
  })
})
