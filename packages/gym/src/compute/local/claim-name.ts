import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { nameTaken } from '../check-spec.js'

/**
 * Gives a name to the process `id`, unless a process that `isRunning` has it: one file a name, made by one writer only.
 *
 * @throws GymError `name-taken` (config).
 */
export async function claimName(
  folder: string,
  name: string,
  id: string,
  isRunning: (id: string) => Promise<boolean>,
): Promise<void> {
  makeFolder(folder)
  const file = join(folder, name)
  const mine = join(folder, `.${id}`)
  writeFileSync(mine, id)
  try {
    // A link, unlike a file that is being written, is never seen empty.
    while (!link(mine, file)) {
      if (await isRunning(readFileSync(file, 'utf8'))) throw nameTaken(name)
      rmSync(file, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Returns false when there is such a file already. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
