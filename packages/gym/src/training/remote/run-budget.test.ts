import { expect, it } from 'vitest'
import { local, modal, ray } from '../../compute/compute.js'
import { stopAfterSeconds } from './run-budget.js'

it('turns money and hours into seconds, the smaller of the two, less what was used up before', () => {
  const fresh = { hours: 0, costPerHour: 4 }
  expect(stopAfterSeconds(modal({ maxCostUsd: 8 }), fresh)).toBe(7200)
  expect(stopAfterSeconds(modal({ maxCostUsd: 8, maxHours: 1 }), fresh)).toBe(3600)
  expect(stopAfterSeconds(modal({ maxCostUsd: 8 }), { hours: 1.5, costPerHour: 4 })).toBe(1800)
  expect(stopAfterSeconds(ray({ address: 'http://x', maxHours: 2 }), { hours: 0, costPerHour: null })).toBe(7200)
  for (const compute of [modal(), local(), ray({ address: 'http://x' })]) {
    expect(stopAfterSeconds(compute, fresh)).toBeNull()
  }
})

it('refuses a limit that is used up, and one in money where the price is not known', () => {
  expect(() => stopAfterSeconds(modal({ maxHours: 0.5 }), { hours: 0.75, costPerHour: 4 })).toThrow(
    'the run has used up its limit of 30 minutes: it ran for 45 minutes; raise maxCostUsd or maxHours',
  )
  expect(() => stopAfterSeconds(modal({ maxCostUsd: 8 }), { hours: 0, costPerHour: null })).toThrow(
    'maxCostUsd 8 cannot be kept, since the price of these GPUs is not known; give gpuPricePerHour to SlimeRecipe, or maxHours',
  )
})
