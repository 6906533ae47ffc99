import { z } from 'zod'
import { GymError } from '../errors.js'

/** Runs on this machine. */
export interface LocalCompute {
  readonly kind: 'local'
}

/** Runs in a Modal sandbox. */
export interface ModalCompute {
  readonly kind: 'modal'
  /** Modal's name of the GPU and how many, e.g. `H100:8`; left out, the recipe and the model decide. */
  readonly gpu?: string
}

/** Runs as a job on a Ray cluster that exists already. */
export interface RayCompute {
  readonly kind: 'ray'
  /** URL of the cluster's dashboard, e.g. `http://127.0.0.1:8265`. */
  readonly address: string
}

/** Where serving and training happen: plain data, the one option that changes between a laptop and a cluster. */
export type Compute = LocalCompute | ModalCompute | RayCompute

/** Validates a `compute` option; unknown keys are errors. */
export const computeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({ kind: z.literal('modal'), gpu: z.string().min(1).optional() }),
  z.strictObject({ kind: z.literal('ray'), address: z.url() }),
])

/** Chooses this machine, which is also what is used when `compute` is left out. */
export function local(): LocalCompute {
  return { kind: 'local' }
}

/** Chooses Modal. `serve()` and `train()` refuse it in this version. */
export function modal(options: Omit<ModalCompute, 'kind'> = {}): ModalCompute {
  return { kind: 'modal', ...options }
}

/** Chooses a Ray cluster by its dashboard's URL. `serve()` and `train()` refuse it in this version. */
export function ray(options: Omit<RayCompute, 'kind'>): RayCompute {
  return { kind: 'ray', ...options }
}

/**
 * Refuses what is not this machine; `what` names the call, e.g. `serve()`.
 *
 * @throws GymError `compute-not-available` with boundary 'config'.
 */
export function requireLocalCompute(compute: Compute, what: string): asserts compute is LocalCompute {
  switch (compute.kind) {
    case 'local':
      return
    case 'modal':
    case 'ray':
      throw new GymError(
        'config',
        'compute-not-available',
        `${what} cannot run with compute "${compute.kind}": the remote half is not part of this version yet; ` +
          'what works is compute local(), on this machine',
      )
  }
}
