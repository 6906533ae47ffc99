import { GymError } from '../errors.js'
import type { EngineCommand } from './engine-command.js'

/**
 * Recognises in the end of an engine's log why it ended, where there is one usual way on.
 *
 * @returns null when it is nothing known: the log is then what to show.
 */
export function knownCrash(
  log: string,
  {
    engine,
    executable,
    install,
    memoryOptions,
  }: Pick<EngineCommand, 'engine' | 'executable' | 'install' | 'memoryOptions'>,
): GymError | null {
  const missing = /No module named '?([\w.]+)/.exec(log)?.[1]
  if (missing !== undefined && ['sglang', 'vllm'].includes(missing.split('.')[0] ?? '')) {
    const message = `"${executable}" has no ${engine} (no module named ${missing}); ${install}`
    return new GymError('config', 'program-missing', message)
  }
  if (/address already in use/i.test(log)) {
    const message = `${engine} could not open its port, which another program took meanwhile; serve again, with another port`
    return new GymError('config', 'port-in-use', message)
  }
  if (/out of memory|No available memory for the cache blocks/i.test(log)) {
    const message = `${engine} ran out of GPU memory; lower ${memoryOptions}, use more GPUs, or end what else uses them (nvidia-smi)`
    return new GymError('engine', 'gpu-memory', message)
  }
  return null
}
