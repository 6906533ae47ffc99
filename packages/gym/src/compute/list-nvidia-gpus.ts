import { execFile } from 'node:child_process'

export interface ListGpusOptions {
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

/** Asks nvidia-smi for the GPUs of this machine, one line each; null where there is no nvidia-smi, or no driver. */
export function listNvidiaGpus({ env, signal }: ListGpusOptions): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    execFile('nvidia-smi', ['-L'], { env, signal, timeout: 30_000 }, (error, stdout) => {
      resolve(error === null ? stdout.split('\n').filter((line) => line.startsWith('GPU ')) : null)
    })
  })
}
