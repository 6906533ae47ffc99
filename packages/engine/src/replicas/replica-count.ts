import { autoMinParameters } from '../device/training-runtime.js'
import type { EngineOptions } from '../engine-api.js'

/** A replica has weights, gradient and a sampler's copy of its own: up to this many weights that is little. */
const mostParameters = 30_000_000
/** Two win 5 to 8 % of a step on two or four cores, four win 30 % on sixteen; four of two threads each lose again. */
const [few, many, threadsForMany] = [2, 4, 16]

/**
 * Tells how many copies of a model share the work of training. The products of a small model are too short for several
 * threads to share each of them well, while copies that take other groups each wait for one another once a step only. For a
 * large model they would take too much memory; adapters and graphics cards have one.
 */
export function replicaCount(
  { isTrainable, lora, device }: Pick<EngineOptions, 'isTrainable' | 'lora' | 'device'>,
  threads: number,
  parameters: number,
): number {
  const isOnCpu = device === undefined || device === 'cpu' || (device === 'auto' && parameters < autoMinParameters)
  if (!isTrainable || lora !== undefined || !isOnCpu || parameters > mostParameters) return 1
  return threads < threadsForMany ? Math.max(1, Math.min(threads, few)) : many
}

/** Deals threads out as evenly as they go. */
export function threadsOfReplicas(threads: number, count: number): number[] {
  const each = Math.floor(threads / count)
  return Array.from({ length: count }, (_, replica) => each + (replica < threads % count ? 1 : 0))
}
