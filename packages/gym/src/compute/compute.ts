import { z } from 'zod'

/** Runs on this machine. */
export interface LocalCompute {
  readonly kind: 'local'
}

/** Runs in Modal sandboxes. Credentials are those of Modal's own tools; they are no option. */
export interface ModalCompute {
  readonly kind: 'modal'
  /** Modal's name of the GPU and how many, e.g. `H100:8`; left out, the recipe and the model decide. */
  readonly gpu?: string | undefined
  /** App at Modal under which everything appears. Default `training-gym`. */
  readonly appName?: string | undefined
  /** Environment of the workspace. Default: that of the active profile. */
  readonly environment?: string | undefined
  /** Region to run in, e.g. `us-east-1`. Default: wherever there is room, which is soonest. */
  readonly region?: string | undefined
  /** Names of secrets at Modal that every process gets as variables, e.g. `['huggingface']` for HF_TOKEN. */
  readonly secrets?: readonly string[] | undefined
  /** Name of the secret at Modal with REGISTRY_USERNAME and REGISTRY_PASSWORD, for images of a private registry. */
  readonly imageRegistrySecret?: string | undefined
  /** Folder of the sandbox below which volumes are mounted. Default: its root. */
  readonly mountRoot?: string | undefined
  /**
   * US dollars for GPUs after which a training run stops, once its next checkpoint is saved, and an hour later in any case.
   * Default: no limit.
   */
  readonly maxCostUsd?: number | undefined
  /**
   * Hours after which a training run stops, once its next checkpoint is saved, and an hour later in any case. Default:
   * Modal's own limit, 24.
   */
  readonly maxHours?: number | undefined
}

/** Runs as a job on a Ray cluster that exists already. The token, if it needs one, is read from RAY_AUTH_TOKEN. */
export interface RayCompute {
  readonly kind: 'ray'
  /** URL of the cluster's dashboard, e.g. `http://127.0.0.1:8265`. */
  readonly address: string
  /** Folder that every node of the cluster sees, such as an NFS mount; data and checkpoints live below it. */
  readonly storage?: string | undefined
  /**
   * Hours after which a training run stops, once its next checkpoint is saved, and an hour later in any case. Default: 30
   * days.
   */
  readonly maxHours?: number | undefined
}

/** Where serving and training happen: plain data, the one option that changes between a laptop and a cluster. */
export type Compute = LocalCompute | ModalCompute | RayCompute

const objectName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'must be letters, digits, "-", "_" and ".", at most 63')
const absolutePath = z.string().regex(/^\/.*[^/]$/, 'must be an absolute path without a slash at the end')

/** Validates a `compute` option; unknown keys are errors. */
export const computeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({
    kind: z.literal('modal'),
    gpu: z.string().min(1).optional(),
    appName: objectName.optional(),
    environment: z.string().min(1).optional(),
    region: z.string().min(1).optional(),
    secrets: z.array(z.string().min(1)).readonly().optional(),
    imageRegistrySecret: z.string().min(1).optional(),
    mountRoot: absolutePath.optional(),
    maxCostUsd: z.number().positive().optional(),
    maxHours: z.number().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal('ray'),
    address: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    storage: absolutePath.optional(),
    maxHours: z.number().positive().optional(),
  }),
])

/** Chooses this machine, which is also what is used when `compute` is left out. */
export function local(): LocalCompute {
  return { kind: 'local' }
}

/** Chooses Modal. */
export function modal(options: Omit<ModalCompute, 'kind'> = {}): ModalCompute {
  return { kind: 'modal', ...options }
}

/** Chooses a Ray cluster by its dashboard's URL. `serve()` refuses it: Ray jobs are for training. */
export function ray(options: Omit<RayCompute, 'kind'>): RayCompute {
  return { kind: 'ray', ...options }
}
