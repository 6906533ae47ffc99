import { describe, expect, it } from 'vitest'
import type { TrainGroup } from '../engine-api.js'
import { type Share, shareGroups, unshare } from './share-groups.js'

/** A group whose responses have the given lengths; every token id tells where it belongs. */
const groupOf = (group: number, lengths: readonly number[]): TrainGroup => ({
  promptTokenIds: [1, 2, group],
  responses: lengths.map((length, response) => {
    const tokenIds = new Array<number>(length).fill(100 * group + response)
    return { tokenIds, oldLogprobs: tokenIds.map(() => -1), advantage: 0 }
  }),
})
const tokensOf = (groups: readonly TrainGroup[]) =>
  groups.flatMap(({ responses }) => responses).reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
const firstTokens = (groups: readonly TrainGroup[]) =>
  groups.map(({ responses }) => responses.map(({ tokenIds }) => tokenIds[0] as number))
/** The first tokens of all shares, in the order of the whole. */
const putBack = (groups: readonly TrainGroup[], shares: readonly Share[]) =>
  unshare(
    groups,
    shares,
    shares.map((share) => firstTokens(share.groups)),
  )

describe('shareGroups', () => {
  it('deals whole groups out by their length, in their order, and puts values back', () => {
    const groups = [5, 60, 7, 30, 30, 8].map((length, i) => groupOf(i, [length, 2]))
    const shares = shareGroups(groups, [1, 1])
    const [a, b] = shares.map((share) => tokensOf(share.groups)) as [number, number]
    expect(a + b).toBe(tokensOf(groups))
    expect(Math.abs(a - b)).toBeLessThan(10)
    for (const { groups: own } of shares) {
      const order = firstTokens(own).map(([first]) => first as number)
      expect(order).toEqual([...order].sort((x, y) => x - y))
    }
    expect(putBack(groups, shares)).toEqual(firstTokens(groups))
  })

  it('cuts groups where there are too few of them, and leaves nothing out', () => {
    const groups = [groupOf(0, [4, 4, 4, 4, 4]), groupOf(1, [])]
    const shares = shareGroups(groups, [1, 1])
    expect(shares.map((share) => firstTokens(share.groups))).toEqual([[[0, 1, 2]], [[3, 4]]])
    expect(putBack(groups, shares)).toEqual(firstTokens(groups))
  })

  it('gives more to whoever has more threads, everything to one alone, and nothing where there is nothing', () => {
    const groups = Array.from({ length: 12 }, (_, i) => groupOf(i, [10]))
    const [more, less] = shareGroups(groups, [2, 1]).map((share) => share.groups.length)
    expect([more, less]).toEqual([8, 4])
    expect(shareGroups(groups, [3])[0]?.groups).toEqual(groups)
    expect(shareGroups([], [1, 1]).map((share) => share.groups)).toEqual([[], []])
  })
})
