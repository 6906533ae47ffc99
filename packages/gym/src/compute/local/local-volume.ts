import { copyFile, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { GymError, messageOf } from '../../errors.js'
import type { FileToPut, VolumeEntry, VolumeFiles } from '../host.js'
import { interrupted } from '../interrupted.js'
import { noSuchFile, volumePath } from '../volume-path.js'

/** Makes the files of a volume that is a folder of this machine. */
export function localVolume(name: string, root: string): VolumeFiles {
  const at = (path: string): string => join(root, volumePath(path))
  const fileAt = async <T>(path: string, read: (file: string) => Promise<T>): Promise<T> => {
    try {
      return await read(at(path))
    } catch (error) {
      throw isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR') ? noSuchFile(name, path, error) : error
    }
  }
  return {
    async put(files, signal) {
      for (const file of files) {
        if (signal?.aborted) throw interrupted(`writing to volume "${name}"`, signal)
        await putFile(file, at(file.path))
      }
    },
    async get(path, localPath) {
      await fileAt(path, (file) => stat(file).then((found) => (found.isFile() ? found : Promise.reject(notAFile()))))
      makeFolder(dirname(localPath))
      await copyFile(at(path), localPath)
    },
    readText: (path) => fileAt(path, (file) => readFile(file, 'utf8')),
    list: (folder) => listFolder(at(folder), volumePath(folder)),
    async remove(path) {
      await rm(at(path), { recursive: true, force: true })
    },
  }
}

/** Writes a neighbour first, flushes it and renames it: a reader sees the whole file or none. */
async function putFile(file: FileToPut, target: string): Promise<void> {
  const unfinished = `${target}.${process.pid}.part`
  try {
    makeFolder(dirname(target))
    if ('content' in file) await writeFile(unfinished, file.content)
    else await copyFile(file.localPath, unfinished)
    const handle = await open(unfinished, 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, target)
  } catch (cause) {
    await rm(unfinished, { force: true })
    const message = `cannot put ${file.path} into its volume: ${messageOf(cause)}; see that the source exists and the disk has room`
    throw new GymError('store', 'cannot-write', message, { cause })
  }
}

async function listFolder(folder: string, shown: string): Promise<readonly VolumeEntry[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
  const entries = await Promise.all(
    names.sort().map(async (name): Promise<VolumeEntry[]> => {
      // Gone between the two looks: as if it had not been there.
      const found = await stat(join(folder, name)).catch(() => null)
      if (found === null || !(found.isFile() || found.isDirectory())) return []
      const path = shown === '' ? name : `${shown}/${name}`
      const size = found.isFile() ? found.size : 0
      const modifiedAt = Math.round(found.mtimeMs)
      return [{ name, path, type: found.isFile() ? 'file' : 'directory', size, modifiedAt }]
    }),
  )
  return entries.flat()
}

function notAFile(): Error {
  return Object.assign(new Error('not a file'), { code: 'EISDIR' })
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
