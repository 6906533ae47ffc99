import { EngineError } from '../errors.js'

const nextSteps: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space or choose another folder',
  EDQUOT: 'the disk quota is used up; free some space or choose another folder',
  EACCES: 'permission was denied; check who owns it or choose another folder',
  EPERM: 'the operation is not permitted; check who owns it or choose another folder',
  EROFS: 'the file system is read-only; choose another folder',
  EEXIST: 'it already exists; choose another name or delete it',
  ENOTEMPTY: 'it already exists and is not empty; choose another name or delete it',
  ENOENT: 'it does not exist; check the path',
  ENOTDIR: 'a part of its path is not a folder; check the path',
  EISDIR: 'it is a folder where a file was expected; check the path',
  EMFILE: 'too many files are open; close other programs or raise the limit',
  EIO: 'the disk reported an error; check the disk',
}

/** Returns the system error code (`ENOSPC`, `ENOENT`, ...) of something thrown, when it has one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Turns a file system failure into an `EngineError('disk')` that names the file and the next step.
 * An `EngineError` passes unchanged, and so does anything that is not a file system failure.
 */
export function diskError(error: unknown, action: string, path: string): unknown {
  if (EngineError.is(error)) return error
  const code = systemCode(error)
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error
  const reason = nextSteps[code] ?? 'the file system refused; check the disk and the path'
  return new EngineError('disk', `could not ${action} "${path}" (${code}): ${reason}`, { cause: error })
}
