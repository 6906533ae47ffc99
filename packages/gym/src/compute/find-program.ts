import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'

/** Finds a program by its path, or by its name in `searchPath` (a PATH); null when there is none that may be run. */
export async function findProgram(command: string, searchPath: string | undefined): Promise<string | null> {
  const isPath = command.includes('/') || command.includes('\\')
  const candidates = isPath
    ? [resolve(command)]
    : (searchPath ?? '').split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, command)]))
  for (const candidate of candidates) if (await isRunnable(candidate)) return candidate
  return null
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
