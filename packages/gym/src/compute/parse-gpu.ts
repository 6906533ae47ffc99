import { GymError } from '../errors.js'

/** GPUs as a provider names them. */
export interface WishedGpu {
  /** E.g. `H100`, `A100-80GB`. */
  readonly type: string
  /** Left out where only the kind was named. */
  readonly count?: number
}

/** The most GPUs that one machine has. */
export const MAX_GPUS = 8

/**
 * Reads `H100` or `H100:2`.
 *
 * @throws GymError `bad-gpu` (config).
 */
export function parseGpu(gpu: string): WishedGpu {
  const [, type, digits] = /^([\w-]+!?)(?::(\d+))?$/.exec(gpu) ?? []
  if (type === undefined) throw badGpu(gpu, 'is not understood')
  if (digits === undefined) return { type }
  const count = Number(digits)
  if (count >= 1 && count <= MAX_GPUS) return { type, count }
  throw badGpu(gpu, `asks for ${count} GPUs, and one machine has 1 to ${MAX_GPUS}`)
}

/**
 * Returns the name under which tables know a kind of GPU: Modal takes any case, and `H100!` is an H100 that it may not
 * replace by a larger one.
 */
export function gpuKind(type: string): string {
  return type.replace(/!$/, '').toUpperCase()
}

function badGpu(gpu: string, what: string): GymError {
  return new GymError('config', 'bad-gpu', `gpu "${gpu}" ${what}; write it as "H100" or "H100:2"`)
}
