import { expect, it } from 'vitest'
import { truncatedImportance } from './truncated-importance.js'

it('weighs by the ratio of old policy to sampler, and stops at the clip', () => {
  const [same, half, truncated] = truncatedImportance([-1, -1 - Math.LN2, -1], [-1, -1, -4], 2)
  expect(same).toBe(1)
  expect(half).toBeCloseTo(0.5, 12)
  expect(truncated).toBe(2)
})
