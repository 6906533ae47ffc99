import { constants } from 'node:fs'
import { access, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { GymError, messageOf } from '../../errors.js'
import { writeAtomically } from '../../hub/write-atomically.js'

/** Refuses a file that could not be written later: before the work whose result it is to hold. */
export async function requireWritable(file: string, cwd: string): Promise<void> {
  const path = resolve(cwd, file)
  try {
    await access(dirname(path), constants.W_OK)
    if (!(await isFolder(dirname(path)))) throw new Error(`${dirname(path)} is no folder`)
    if (await isFolder(path)) throw new Error('a folder has that name')
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

/**
 * Writes a file that the user named, relative to the working folder, whole or not at all. Throws GymError 'store' when the
 * disk fails, 'config' when the file cannot be written for another reason.
 */
export async function writeOutput(file: string, text: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file)
  await requireWritable(file, cwd)
  try {
    if (await isStream(file, cwd)) await writeFile(path, text)
    else await writeAtomically(await targetOf(path), textsOf(text))
    return path
  } catch (cause) {
    throw cannotWrite(path, GymError.is(cause) ? (cause.cause ?? cause) : cause)
  }
}

/** Tells whether a file is there and is no regular one, as /dev/stdout or a pipe: what was written stays written. */
export async function isStream(file: string, cwd: string): Promise<boolean> {
  const found = await stat(resolve(cwd, file)).catch(() => null)
  return found !== null && !found.isFile()
}

/** A link stays one: what it leads to is replaced. */
async function targetOf(path: string): Promise<string> {
  return await realpath(path).catch(() => path)
}

async function* textsOf(text: string): AsyncGenerator<string> {
  yield text
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true
}

function cannotWrite(path: string, cause: unknown): GymError {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `the disk is full, so ${path} could not be written; free some space, or give a file on another disk`
    return new GymError('store', 'disk-full', message, { cause })
  }
  if (code === 'EIO') {
    const message = `the disk failed, so ${path} could not be written: ${messageOf(cause)}; check it, or give a file on another one`
    return new GymError('store', 'cannot-write', message, { cause })
  }
  const why = code === 'ENOENT' ? `there is no folder ${dirname(path)}` : messageOf(cause)
  return new GymError('config', 'cannot-write', `cannot write ${path}: ${why}; give a file in a folder that exists`, {
    cause,
  })
}
