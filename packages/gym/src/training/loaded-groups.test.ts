import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadedGroups } from './loaded-groups.js'

const vectors = JSON.parse(
  readFileSync(new URL('../../../engine/fixtures/loss-vectors.json', import.meta.url), 'utf8'),
) as {
  readonly maxLength: number
  readonly batches: { readonly near: readonly { readonly logprobs: number[]; readonly isTrained: boolean[] }[] }
  readonly tokenWeights: { readonly near: Record<string, number[]> }
}
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

  it('counts trained tokens alone', () => {
    const masked = [
      { promptTokenIds: [1], responses: [{ ...response(3), isTrained: [true, false, true] }, response(2)] },
    ]
    const load = (lossAggregation: 'token-mean' | 'sample-mean') =>
      loadedGroups(masked, { lossAggregation, rolloutMaxResponseLen: 10 })
    expect(load('token-mean').denominator).toBe(4)
    expect(load('sample-mean').groups[0]?.responses.map(({ weight }) => weight)).toEqual([1 / 2, 1 / 2])
  })

  it('divides by a constant that does not depend on the lengths', () => {
    expect(shares('constant')).toEqual([2 / 30, 6 / 30, 4 / 30])
  })

  it.each(['token-mean', 'sample-mean', 'constant'] as const)(
    'gives the token weights of the loss vectors: %s',
    (name) => {
      const { batches, tokenWeights, maxLength } = vectors
      const responses = batches.near.map(({ logprobs, isTrained }) => ({ ...response(logprobs.length), isTrained }))
      const one = [{ promptTokenIds: [1], responses }]
      const loaded = loadedGroups(one, { lossAggregation: name, rolloutMaxResponseLen: maxLength })
      loaded.groups[0]?.responses.forEach(({ weight = 1 }, i) => {
        expect(weight / loaded.denominator).toBeCloseTo(tokenWeights.near[name]?.[i] as number, 12)
      })
    },
  )
})
