import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { EngineError } from '../errors.js'
import { diskError, systemCode } from './disk-error.js'

/**
 * Reads a text file of a checkpoint; null when there is no such file. Links are followed.
 * Throws `bad-checkpoint` when it is no regular file or larger than `maxBytes`, `disk` when it cannot be read.
 */
export async function readTextFile(file: string, maxBytes: number, what: string): Promise<string | null> {
  try {
    const stats = await stat(file)
    refuseSpecialFile(file, stats)
    if (stats.size > maxBytes) throw tooLarge(file, stats.size, maxBytes, what)
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return null
    if (EngineError.is(error) || code?.startsWith('E') === true) throw diskError(error, 'read', file)
    const reason = error instanceof Error ? error.message : String(error)
    const message = `"${file}" cannot be read as text (${reason}); download the checkpoint again`
    throw new EngineError('bad-checkpoint', message, { cause: error })
  }
}

/** Throws `bad-checkpoint` for a pipe, a device or a socket: reading one might never end. A folder fails when it is read. */
export function refuseSpecialFile(file: string, stats: Stats): void {
  if (stats.isFile() || stats.isDirectory()) return
  const what = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device'
  const message = `"${file}" is ${what} where a regular file was expected; download the checkpoint again`
  throw new EngineError('bad-checkpoint', message)
}

/** Makes the error for text that is longer than any known one of its kind. */
export function tooLarge(where: string, bytes: number, maxBytes: number, what: string): EngineError {
  const message = `"${where}" has ${bytes} bytes, more than the ${maxBytes} expected of ${what}`
  return new EngineError('bad-checkpoint', `${message}; download the checkpoint again`)
}
