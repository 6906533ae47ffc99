import type { Compute } from '../../compute/compute.js'
import { GymError } from '../../errors.js'

/** What was used up before this start. */
export interface Spent {
  readonly hours: number
  readonly costPerHour: number | null
}

/**
 * Turns the limits in money and time into the seconds after which a start ends with its next checkpoint; null without a
 * limit. The machine keeps to it by itself, whether or not anybody watches.
 *
 * @throws GymError `price-unknown` or `budget-used-up` (config).
 */
export function stopAfterSeconds(compute: Compute, { hours, costPerHour }: Spent): number | null {
  if (compute.kind === 'local') return null
  const { maxHours } = compute
  const maxCostUsd = compute.kind === 'modal' ? compute.maxCostUsd : undefined
  if (maxCostUsd !== undefined && costPerHour === null) {
    const message = `maxCostUsd ${maxCostUsd} cannot be kept, since the price of these GPUs is not known; give gpuPricePerHour to SlimeRecipe, or maxHours`
    throw new GymError('config', 'price-unknown', message)
  }
  const byCost = maxCostUsd === undefined || !costPerHour ? Number.POSITIVE_INFINITY : maxCostUsd / costPerHour
  const limit = Math.min(byCost, maxHours ?? Number.POSITIVE_INFINITY)
  if (limit === Number.POSITIVE_INFINITY) return null
  if (limit > hours) return Math.ceil((limit - hours) * 3600)
  const message = `the run has used up its limit of ${shortHours(limit)}: it ran for ${shortHours(hours)}; raise maxCostUsd or maxHours`
  throw new GymError('config', 'budget-used-up', message)
}

function shortHours(hours: number): string {
  return hours < 1 ? `${Math.round(hours * 600) / 10} minutes` : `${Math.round(hours * 100) / 100} hours`
}
