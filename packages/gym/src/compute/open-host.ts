import type { Compute } from './compute.js'
import type { ComputeHost } from './host.js'

export interface OpenHostOptions {
  /** Folder of the gym's state, where local processes and volumes live. */
  readonly home: string
  /** Default: that of this process. RAY_AUTH_TOKEN and TRAINING_GYM_MOUNT_ROOT are read from it. */
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number
}

/**
 * Opens the host that a `compute` option means. Each is loaded only when it is wanted. Close it when done: processes go on.
 *
 * @throws GymError 'config', e.g. `modal-credentials-missing`.
 */
export async function openHost(compute: Compute, options: OpenHostOptions): Promise<ComputeHost> {
  const { home, env = process.env, clock } = options
  switch (compute.kind) {
    case 'local': {
      const { localHost } = await import('./local/local-host.js')
      return localHost({ home, env, clock })
    }
    case 'modal': {
      const { openModalHost } = await import('./modal/modal-host.js')
      const mountRoot = compute.mountRoot ?? env.TRAINING_GYM_MOUNT_ROOT
      return await openModalHost({ ...compute, mountRoot }, { clock })
    }
    case 'ray': {
      const { rayHost } = await import('./ray/ray-host.js')
      return rayHost(compute, { token: env.RAY_AUTH_TOKEN, clock })
    }
  }
}
