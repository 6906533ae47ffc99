import { constants } from 'node:fs'
import { access, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { GymError, messageOf } from '../../errors.js'

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

/** Writes a file that the user named, relative to the working folder; throws GymError 'config' when that cannot be done. */
export async function writeOutput(file: string, text: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file)
  await requireWritable(file, cwd)
  try {
    await writeFile(path, text)
    return path
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true
}

function cannotWrite(path: string, cause: unknown): GymError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  const why = isMissing ? `there is no folder ${dirname(path)}` : messageOf(cause)
  return new GymError('config', 'cannot-write', `cannot write ${path}: ${why}; give a file in a folder that exists`, {
    cause,
  })
}
