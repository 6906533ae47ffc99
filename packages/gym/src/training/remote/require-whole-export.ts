import { basename } from 'node:path'
import type { VolumeEntry, VolumeFiles } from '../../compute/host.js'
import { GymError, messageOf } from '../../errors.js'
import type { Checkpoint } from '../checkpoint.js'
import { INDEX } from './remote-checkpoints.js'

const CONFIG = 'config.json'
const SINGLE = 'model.safetensors'

/**
 * Makes sure, by its listing and its index alone, that a checkpoint on a volume has its configuration and all its weights;
 * nothing is asked of its tokenizer, which has other files in every family of models.
 *
 * @throws GymError `no-such-checkpoint` (config) that names what is missing.
 */
export async function requireWholeExport(
  { name, path }: NonNullable<Checkpoint['volume']>,
  volume: Pick<VolumeFiles, 'readText'>,
  listed: readonly VolumeEntry[],
  signal?: AbortSignal,
): Promise<void> {
  const refuse = (what: string, cause?: unknown) => {
    const message = `${what}; choose one of listCheckpoints()`
    return new GymError('config', 'no-such-checkpoint', message, { cause })
  }
  if (listed.length === 0) throw refuse(`there is no checkpoint ${path} in volume ${name}`)
  const sizes = new Map(listed.flatMap((file) => (file.type === 'file' ? [[file.name, file.size] as const] : [])))
  const isThere = (file: string) => (sizes.get(file) ?? 0) > 0
  const wanted = [CONFIG]
  if (!sizes.has(INDEX)) wanted.push(SINGLE)
  // As the engine, which takes the one file where there are both.
  else if (!isThere(SINGLE)) {
    try {
      wanted.push(...shardsOf(JSON.parse(await volume.readText(`${path}/${INDEX}`, signal))))
    } catch (cause) {
      if (GymError.is(cause)) throw cause
      throw refuse(`checkpoint ${path} in volume ${name} has a damaged ${INDEX} (${messageOf(cause)})`, cause)
    }
  }
  const missing = wanted.filter((file) => !isThere(file))
  if (missing.length === 0) return
  const others = missing.length === 1 ? '' : ` and ${missing.length - 1} more of its files`
  throw refuse(`checkpoint ${path} in volume ${name} lacks ${missing[0]}${others}`)
}

function shardsOf(index: unknown): string[] {
  const map = typeof index === 'object' && index !== null && 'weight_map' in index ? index.weight_map : undefined
  const shards = new Set(typeof map === 'object' && map !== null ? Object.values(map) : [])
  if (shards.size === 0) throw new Error('it names no weights')
  return [...shards].map((shard: unknown) => {
    if (typeof shard === 'string' && shard !== '' && basename(shard) === shard) return shard
    throw new Error(`it names ${JSON.stringify(shard)} as a file of weights`)
  })
}
