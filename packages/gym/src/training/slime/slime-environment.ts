import type { RunPaths } from './run-paths.js'

export interface EnvironmentRequest {
  /** Address of the machine that the run starts on; null on a cluster, whose nodes know each other and their proxies. */
  readonly address: string | null
  readonly paths: RunPaths
  readonly useNvls: boolean
  /** Folders with Python modules of the run. */
  readonly pythonPath: readonly string[]
  /** Over all others; its PYTHONPATH stands before the folders above. */
  readonly extra: Readonly<Record<string, string>>
}

const LOOPBACK = '127.0.0.1'

/** Returns the variables of the training, for `ray start` and for the job alike. */
export function slimeEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { address, paths, useNvls, pythonPath } = request
  const { PYTHONPATH = '/root/Megatron-LM/', ...extra } = request.extra
  return {
    PYTHONPATH: [PYTHONPATH, ...pythonPath].join(':'),
    CUDA_DEVICE_MAX_CONNECTIONS: '1',
    NCCL_NVLS_ENABLE: useNvls ? '1' : '0',
    PYTHONUNBUFFERED: '1',
    ...(address !== null && {
      MASTER_ADDR: address,
      no_proxy: address === LOOPBACK ? address : `${LOOPBACK},${address}`,
    }),
    TENSORBOARD_DIR: `${paths.checkpoints}/tensorboard`,
    ...extra,
  }
}
