import { describe, expect, it } from 'vitest'
import { groupAdvantages } from './group-advantages.js'

describe('groupAdvantages', () => {
  it('subtracts the mean of the group', () => {
    expect(groupAdvantages([1, 2, 6], false)).toEqual([-2, -1, 3])
  })

  it('divides by the standard deviation of the group when asked', () => {
    const [low, high] = groupAdvantages([0, 4], true) as [number, number]
    expect(low).toBeCloseTo(-1, 5)
    expect(high).toBeCloseTo(1, 5)
  })

  it('leaves unscorable samples out of the mean and gives them no advantage', () => {
    expect(groupAdvantages([1, null, 3], false)).toEqual([-1, null, 1])
  })

  it.each([[[2, 2, 2]], [[2, null, null]], [[null, null]], [[5]], [[0.1, 0.1, null]]])(
    'returns null for %j',
    (scores) => {
      expect(groupAdvantages(scores, false)).toBeNull()
    },
  )
})
