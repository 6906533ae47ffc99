import { GymError, messageOf } from '../errors.js'

/** Translates what SQLite or the file system threw into one sentence that names the file and the next step. */
export function storeError(error: unknown, file: string): GymError {
  if (GymError.is(error)) return error
  const [code, message] = explain(error, file)
  return new GymError('store', code, message, { cause: error })
}

function explain(error: unknown, file: string): readonly [code: string, message: string] {
  const code = codeOf(error)
  const reason = messageOf(error)
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return [
      'store-corrupt',
      `${file} is not a readable database (${reason}); move it away to start an empty one, checkpoints are kept in their own folders`,
    ]
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return ['disk-full', `no room is left to write ${file}; free some disk space and run the same command again`]
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return [
      'disk-error',
      `reading or writing ${file} failed (${reason}); check that the disk has room and is healthy, then try again`,
    ]
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return ['store-busy', `${file} stayed locked by another process; wait for that process or stop it, then try again`]
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return ['store-conflict', `${file} refused a record that contradicts what it holds: ${reason}`]
  }
  if (['SQLITE_READONLY', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].some((known) => code.startsWith(known))) {
    return ['store-unwritable', unwritable(file, reason)]
  }
  // The binding reports a failed open without a code: SQLite's 14 is CANTOPEN.
  if (code === 'SQLITE_CANTOPEN' || /Unable to open connection/.test(reason)) {
    return ['store-unwritable', unwritable(file, 'it cannot be opened')]
  }
  return ['store-failed', `the store ${file} failed: ${reason}`]
}

function unwritable(file: string, reason: string): string {
  return `${file} cannot be written (${reason}); make its folder writable, or set TRAINING_GYM_HOME to one that is`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
