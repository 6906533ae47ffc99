import { describe, expect, it } from 'vitest'
import { loadedGroups } from './loaded-groups.js'

const response = (length: number) => ({ tokenIds: Array<number>(length).fill(1), oldLogprobs: [], advantage: 1 })
const groups = [
  { promptTokenIds: [1], responses: [response(2), response(6)] },
  { promptTokenIds: [1], responses: [response(4)] },
]
/** How much each response counts: its tokens, their weight, the divisor. */
const shares = (lossAggregation: 'token-mean' | 'sample-mean' | 'constant') => {
  const loaded = loadedGroups(groups, { lossAggregation, rolloutMaxResponseLen: 10 })
  return loaded.groups.flatMap((group) =>
    group.responses.map(({ tokenIds, weight = 1 }) => (tokenIds.length * weight) / loaded.denominator),
  )
}

describe('loadedGroups', () => {
  it('lets tokens count equally, over all groups, for a token mean', () => {
    expect(shares('token-mean')).toEqual([2 / 12, 6 / 12, 4 / 12])
  })

  it('lets samples count equally, whatever their length, for a sample mean', () => {
    for (const share of shares('sample-mean')) expect(share).toBeCloseTo(1 / 3, 12)
  })

  it('divides by a constant that does not depend on the lengths', () => {
    expect(shares('constant')).toEqual([2 / 30, 6 / 30, 4 / 30])
  })
})
