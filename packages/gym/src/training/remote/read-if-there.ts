import type { VolumeFiles } from '../../compute/host.js'
import { GymError } from '../../errors.js'

/** Reads a file of a volume; null where there is none. */
export async function readIfThere(
  volume: Pick<VolumeFiles, 'readText'>,
  path: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await volume.readText(path, signal)
  } catch (error) {
    if (GymError.is(error) && error.code === 'no-such-file') return null
    throw error
  }
}
