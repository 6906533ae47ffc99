import { type BigIntStats, statSync } from 'node:fs'
import { GymError } from '../errors.js'

/**
 * Remembers which file a path names now, and returns a check that throws GymError 'store' (`store-gone`) once the path
 * names another one or none: SQLite goes on with a file that was removed, and all that it writes is lost. The check asks
 * the system once, a few microseconds.
 */
export function watchFile(file: string): () => void {
  const opened = identityOf(file)
  return () => {
    const now = identityOf(file)
    // Where the system does not tell, nothing is known of the file.
    if (now === opened || now === null || opened === null) return
    const what = now === 'none' ? 'was removed' : 'was replaced by another file'
    const message = `${file} ${what} while this process had it open, so nothing can be recorded any more; run the same command again, which starts a new store where there is none`
    throw new GymError('store', 'store-gone', message)
  }
}

function identityOf(file: string): string | null {
  try {
    const stats: BigIntStats | undefined = statSync(file, { bigint: true, throwIfNoEntry: false })
    return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`
  } catch {
    return null
  }
}
