import type { RunPaths } from './run-paths.js'

export interface EnvironmentRequest {
  /** Address of the machine that the run starts on. */
  readonly address: string
  readonly paths: RunPaths
  readonly useNvls: boolean
  /** Folders with Python modules of the run. */
  readonly pythonPath: readonly string[]
  /** Over all others; its PYTHONPATH stands before the folders above. */
  readonly extra: Readonly<Record<string, string>>
}

/** Returns the variables of the training, for `ray start` and for the job alike. */
export function slimeEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { address, paths, useNvls, pythonPath } = request
  const { PYTHONPATH = '/root/Megatron-LM/', ...extra } = request.extra
  return {
    PYTHONPATH: [PYTHONPATH, ...pythonPath].join(':'),
    CUDA_DEVICE_MAX_CONNECTIONS: '1',
    NCCL_NVLS_ENABLE: useNvls ? '1' : '0',
    PYTHONUNBUFFERED: '1',
    MASTER_ADDR: address,
    no_proxy: address === '127.0.0.1' ? address : `127.0.0.1,${address}`,
    TENSORBOARD_DIR: `${paths.checkpoints}/tensorboard`,
    ...extra,
  }
}
