import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { openHost } from '../../compute/open-host.js'
import { GymError, messageOf } from '../../errors.js'
import { gymHome } from '../../store/home.js'
import { isProcessAlive } from '../../store/process-liveness.js'
import type { Checkpoint } from '../checkpoint.js'
import { runFolder } from '../run-folder.js'
import { requireWholeExport } from './require-whole-export.js'
import { COMPLETE } from './start-weights.js'

export interface DownloadOptions {
  /** Folder to make. Default: where the checkpoints of this machine's own runs are. */
  readonly to?: string | undefined
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Told after each file. */
  readonly onFile?: ((name: string) => void) | undefined
}

/**
 * Copies a checkpoint of a run elsewhere to this machine and returns it with its folder here; one that is here already is
 * returned as it is. Copies made at once do not disturb each other.
 *
 * @throws GymError `folder-exists`, `cannot-write`, `no-such-checkpoint` (config) when `to` is there already, or cannot be
 * made, or the checkpoint lacks its configuration or weights, which is found before anything is copied; `file-cut-short`
 * (provider) when a file came with other than its size. Nothing is kept then.
 *
 * @example
 * for (const checkpoint of await listCheckpoints('latest')) console.log((await downloadCheckpoint(checkpoint)).path)
 */
export async function downloadCheckpoint(checkpoint: Checkpoint, options: DownloadOptions = {}): Promise<Checkpoint> {
  const { volume, ...here } = checkpoint
  if (volume === undefined) return checkpoint
  const home = options.home ?? gymHome()
  const target = options.to ?? join(runFolder(home, checkpoint.trainingRunId).checkpoints, checkpoint.name)
  if (existsSync(target)) {
    if (options.to === undefined) return { ...here, path: target }
    throw folderExists(target)
  }
  const unfinished = await unfinishedFolder(target, checkpoint.name)
  try {
    await using host = await openHost(volume.compute, { home })
    const files = host.volume(volume.name)
    const listed = await files.list(volume.path, options.signal)
    await requireWholeExport(volume, files, listed, options.signal)
    for (const { name, path, type, size } of listed) {
      // Left there by the weights that the run started from; what is said of them is not true of this copy.
      if (type !== 'file' || name === COMPLETE) continue
      const copy = join(unfinished, name)
      await files.get(path, copy, options.signal)
      const came = (await stat(copy)).size
      if (came !== size) {
        const message = `${path} of volume ${volume.name} came with ${came} of its ${size} bytes; copy the checkpoint again`
        throw new GymError('provider', 'file-cut-short', message)
      }
      options.onFile?.(name)
    }
    await rename(unfinished, target)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // The same checkpoint may have been copied by another process meanwhile.
    if (!(isTaken(error) && options.to === undefined)) throw isTaken(error) ? folderExists(target) : error
  }
  return { ...here, path: target }
}

/** Makes a folder of this copy's own beside the target, and takes away those that a killed process left there. */
async function unfinishedFolder(target: string, name: string): Promise<string> {
  const parent = dirname(target)
  const beginning = `.${name}.download-`
  try {
    makeFolder(parent)
    for (const other of await readdir(parent)) {
      const pid = other.startsWith(beginning) ? Number.parseInt(other.slice(beginning.length), 10) : Number.NaN
      if (pid > 0 && !isProcessAlive(pid)) await rm(join(parent, other), { recursive: true, force: true })
    }
    const folder = join(parent, `${beginning}${process.pid}-${randomUUID()}`)
    await mkdir(folder)
    return folder
  } catch (cause) {
    const message = `cannot write ${target}: ${messageOf(cause)}; give a folder that can be made`
    throw new GymError('config', 'cannot-write', message, { cause })
  }
}

function isTaken(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall === 'rename' && (code === 'ENOTEMPTY' || code === 'EEXIST')
}

function folderExists(target: string): GymError {
  return new GymError('config', 'folder-exists', `${target} exists already; give another folder, or remove it first`)
}
