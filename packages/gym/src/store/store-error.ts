import { GymError, messageOf } from '../errors.js'

/** Translates what SQLite or the file system threw into one sentence that names the file and the next step. */
export function storeError(error: unknown, file: string): GymError {
  if (GymError.is(error)) return error
  const [code, message] = explain(error, file)
  return new GymError('store', code, message, { cause: error })
}

function explain(error: unknown, file: string): readonly [code: string, message: string] {
  // The binding's own words name a number and the file once more.
  const reason = isFailedOpen(error) ? 'SQLite cannot open it' : messageOf(error)
  switch (kindOf(error)) {
    case 'corrupt':
      return [
        'store-corrupt',
        `${file} is not a readable database (${reason}); move it away to start an empty one, checkpoints are kept in their own folders`,
      ]
    case 'full':
      return ['disk-full', `no room is left to write ${file}; free some disk space and run the same command again`]
    case 'disk':
      return [
        'disk-error',
        `reading or writing ${file} failed (${reason}); check that the disk has room and is healthy, then try again`,
      ]
    case 'busy':
      return [
        'store-busy',
        `${file} stayed locked by another process; wait for that process or stop it, then try again`,
      ]
    case 'constraint':
      return ['store-conflict', `${file} refused a record that contradicts what it holds: ${reason}`]
    case 'unwritable':
      return [
        'store-unwritable',
        `${file} cannot be written (${reason}); make it and its folder writable, or choose another home with --home or TRAINING_GYM_HOME`,
      ]
    case 'other':
      return ['store-failed', `the store ${file} failed: ${reason}`]
  }
}

type Kind = 'corrupt' | 'full' | 'disk' | 'busy' | 'constraint' | 'unwritable' | 'other'

/** SQLite's primary result codes, by number: the binding names only some of the extended ones. */
const kindsOfResults: Readonly<Record<number, Kind>> = {
  5: 'busy',
  6: 'busy',
  8: 'unwritable',
  10: 'disk',
  11: 'corrupt',
  13: 'full',
  14: 'unwritable',
  19: 'constraint',
  26: 'corrupt',
}

const kindsOfSystemErrors: Readonly<Record<string, Kind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EIO: 'disk',
  EACCES: 'unwritable',
  EPERM: 'unwritable',
  EROFS: 'unwritable',
  ENOTDIR: 'unwritable',
  EEXIST: 'unwritable',
  ENOENT: 'unwritable',
  ELOOP: 'unwritable',
  ENAMETOOLONG: 'unwritable',
}

/** A failed open comes without a number. */
function isFailedOpen(error: unknown): boolean {
  return messageOf(error).includes('Unable to open connection')
}

function kindOf(error: unknown): Kind {
  if (!(error instanceof Error)) return 'other'
  // The low byte of an extended code is the primary one.
  if ('rawCode' in error && typeof error.rawCode === 'number') return kindsOfResults[error.rawCode & 0xff] ?? 'other'
  if (isFailedOpen(error)) return 'unwritable'
  return 'code' in error && typeof error.code === 'string' ? (kindsOfSystemErrors[error.code] ?? 'other') : 'other'
}
