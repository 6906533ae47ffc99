import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { GymError, messageOf } from '../../errors.js'

/** Writes a file that the user named, relative to the working folder; throws GymError 'config' when that cannot be done. */
export async function writeOutput(file: string, text: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file)
  try {
    await writeFile(path, text)
    return path
  } catch (cause) {
    const message = `cannot write ${path}: ${messageOf(cause)}; give a file in a folder that exists`
    throw new GymError('config', 'cannot-write', message, { cause })
  }
}
