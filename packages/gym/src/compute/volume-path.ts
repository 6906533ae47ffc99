import { posix } from 'node:path'
import { GymError } from '../errors.js'

/**
 * Checks a path in a volume and returns it without slashes at its ends; '' is the root.
 *
 * @throws GymError `bad-volume-path` (config) for a path that leaves the volume.
 */
export function volumePath(path: string): string {
  const plain = posix.normalize(path).replace(/^\/+|\/+$/g, '')
  if (plain === '..' || plain.startsWith('../') || path.includes('\0')) {
    const message = `the path "${path}" leaves the volume; give one below its root, such as "run/train.jsonl"`
    throw new GymError('config', 'bad-volume-path', message)
  }
  return plain === '.' ? '' : plain
}

/** Makes the error for a file that a volume does not have. */
export function noSuchFile(volume: string, path: string, cause?: unknown): GymError {
  const message = `volume "${volume}" has no file "${path}"; list its folder to see what there is`
  return new GymError('data', 'no-such-file', message, { cause })
}
