import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import type { Sandbox } from 'modal'
import { GymError, messageOf } from '../../errors.js'
import type { FileToPut, VolumeFiles } from '../host.js'
import { noSuchFile, volumePath } from '../volume-path.js'
import type { HelperSandbox } from './helper-sandbox.js'
import { isNotFound } from './modal-failure.js'

/** Makes the files of a volume, reached through a helper that has it mounted at `mountPath`. */
export function modalVolumeFiles(name: string, mountPath: string, helper: HelperSandbox): VolumeFiles {
  const at = (path: string): string => {
    const plain = volumePath(path)
    return plain === '' ? mountPath : `${mountPath}/${plain}`
  }
  /** Reads what the volume has now: a mount shows what it had when the sandbox started. */
  const read = <T>(path: string, signal: AbortSignal | undefined, work: (sandbox: Sandbox) => Promise<T>): Promise<T> =>
    helper.use(`reading "${path}" of volume "${name}"`, signal, async (sandbox) => {
      await sandbox.reloadVolumes()
      try {
        return await work(sandbox)
      } catch (error) {
        throw isNotFound(error) || isNoFile(error) ? noSuchFile(name, path, error) : error
      }
    })
  return {
    async put(files, signal) {
      await Promise.all(files.map(requireSource))
      for (const group of inTurns(files)) {
        await helper.use(`writing to volume "${name}"`, signal, async (sandbox) => {
          for (const file of group) await putFile(sandbox, file, at(file.path))
          await commit(sandbox, mountPath)
        })
      }
    },
    async get(path, localPath, signal) {
      const remote = at(path)
      makeFolder(dirname(localPath))
      await read(path, signal, (sandbox) => sandbox.filesystem.copyToLocal(remote, localPath))
    },
    readText: (path, signal) => read(path, signal, (sandbox) => sandbox.filesystem.readText(at(path))),
    async list(folder, signal) {
      const shown = volumePath(folder)
      try {
        const found = await read(folder, signal, (sandbox) => sandbox.filesystem.listFiles(at(folder)))
        return found
          .flatMap(({ name, type, size, modifiedTime }) => {
            if (type !== 'file' && type !== 'directory') return []
            const path = shown === '' ? name : `${shown}/${name}`
            const modifiedAt = Math.round(modifiedTime * 1000)
            return [{ name, path, type, size: type === 'file' ? size : 0, modifiedAt }]
          })
          .sort((a, b) => (a.name < b.name ? -1 : 1))
      } catch (error) {
        if (GymError.is(error) && error.code === 'no-such-file') return []
        throw error
      }
    },
    async remove(path, signal) {
      await helper.use(`removing "${path}" of volume "${name}"`, signal, async (sandbox) => {
        try {
          await sandbox.filesystem.remove(at(path), { recursive: true })
        } catch (error) {
          if (!isNotFound(error)) throw error
        }
        await commit(sandbox, mountPath)
      })
    },
  }
}

/** Texts go together; a file of this machine may take long, and goes alone: what is there already is not sent again. */
function inTurns(files: readonly FileToPut[]): (readonly FileToPut[])[] {
  const texts = files.filter((file) => 'content' in file)
  const sources = files.filter((file) => 'localPath' in file)
  return [texts, ...sources.map((file) => [file])].filter((group) => group.length > 0)
}

async function requireSource(file: FileToPut): Promise<void> {
  if ('content' in file) return
  try {
    await stat(file.localPath)
  } catch (cause) {
    const message = `cannot put ${file.path} into its volume: ${messageOf(cause)}; see that the source exists`
    throw new GymError('store', 'cannot-write', message, { cause })
  }
}

async function putFile(sandbox: Sandbox, file: FileToPut, target: string): Promise<void> {
  const { filesystem } = sandbox
  if (!('content' in file)) await filesystem.copyFromLocal(file.localPath, target)
  else if (typeof file.content === 'string') await filesystem.writeText(file.content, target)
  else await filesystem.writeBytes(file.content, target)
}

/** Publishes what was written: other sandboxes see it from then on. */
async function commit(sandbox: Sandbox, mountPath: string): Promise<void> {
  const sync = await sandbox.exec(['sync', mountPath])
  const code = await sync.wait()
  if (code === 0) return
  const said = (await sync.stderr.readText()).trim()
  const message = `the volume could not be committed: sync ended with exit code ${code} and said "${said}"; try again`
  throw new GymError('provider', 'commit-failed', message)
}

/** A folder where a file is wanted, or a file on the way. */
function isNoFile(error: unknown): boolean {
  const name = error instanceof Error ? error.constructor.name : ''
  return name === 'SandboxFilesystemIsADirectoryError' || name === 'SandboxFilesystemNotADirectoryError'
}
