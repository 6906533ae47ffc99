import { describe, expect, it } from 'vitest'
import { type AdvantageOptions, groupAdvantages } from './group-advantages.js'

const centred: AdvantageOptions = { advantageEstimator: 'grpo', grpoStdNormalization: false }

describe('groupAdvantages', () => {
  it('subtracts the mean of the group', () => {
    expect(groupAdvantages([1, 2, 6], centred)).toEqual([-2, -1, 3])
  })

  it('divides by the standard deviation of the group when asked', () => {
    const [low, high] = groupAdvantages([0, 4], { ...centred, grpoStdNormalization: true }) as [number, number]
    expect(low).toBeCloseTo(-1, 5)
    expect(high).toBeCloseTo(1, 5)
  })

  it('subtracts the mean of the others for leave-one-out, the unscorable left out', () => {
    const rloo: AdvantageOptions = { ...centred, advantageEstimator: 'rloo' }
    expect(groupAdvantages([1, 2, null, 6], rloo)).toEqual([1 - (2 + 6) / 2, 2 - (1 + 6) / 2, null, 6 - (1 + 2) / 2])
  })

  it('leaves unscorable samples out of the mean and gives them no advantage', () => {
    expect(groupAdvantages([1, null, 3], centred)).toEqual([-1, null, 1])
  })

  it.each([[[2, 2, 2]], [[2, null, null]], [[null, null]], [[5]], [[0.1, 0.1, null]]])(
    'returns null for %j',
    (scores) => {
      expect(groupAdvantages(scores, centred)).toBeNull()
    },
  )
})
