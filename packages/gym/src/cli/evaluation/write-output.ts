import { constants } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { GymError, messageOf } from '../../errors.js'

/** Refuses a file that could not be written later: before the work whose result it is to hold. */
export async function requireWritable(file: string, cwd: string): Promise<void> {
  const path = resolve(cwd, file)
  try {
    await access(dirname(path), constants.W_OK)
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

/** Writes a file that the user named, relative to the working folder; throws GymError 'config' when that cannot be done. */
export async function writeOutput(file: string, text: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file)
  try {
    await writeFile(path, text)
    return path
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

function cannotWrite(path: string, cause: unknown): GymError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  const why = isMissing ? `there is no folder ${dirname(path)}` : messageOf(cause)
  return new GymError('config', 'cannot-write', `cannot write ${path}: ${why}; give a file in a folder that exists`, {
    cause,
  })
}
