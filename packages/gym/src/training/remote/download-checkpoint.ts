import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { openHost } from '../../compute/open-host.js'
import { GymError, messageOf } from '../../errors.js'
import { gymHome } from '../../store/home.js'
import type { Checkpoint } from '../checkpoint.js'
import { runFolder } from '../run-folder.js'

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
 * returned as it is.
 *
 * @throws GymError `folder-exists`, `cannot-write` (config) when `to` is there already, or cannot be made.
 *
 * @example
 * const { path } = await downloadCheckpoint((await listCheckpoints('latest')).at(-1))
 */
export async function downloadCheckpoint(checkpoint: Checkpoint, options: DownloadOptions = {}): Promise<Checkpoint> {
  const { volume, ...here } = checkpoint
  if (volume === undefined) return checkpoint
  const home = options.home ?? gymHome()
  const target = options.to ?? join(runFolder(home, checkpoint.trainingRunId).checkpoints, checkpoint.name)
  if (existsSync(target)) {
    if (options.to === undefined) return { ...here, path: target }
    throw new GymError('config', 'folder-exists', `${target} exists already; give another folder, or remove it first`)
  }
  const unfinished = join(dirname(target), `.${checkpoint.name}.download.partial`)
  try {
    makeFolder(dirname(target))
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished)
  } catch (cause) {
    const message = `cannot write ${target}: ${messageOf(cause)}; give a folder that can be made`
    throw new GymError('config', 'cannot-write', message, { cause })
  }
  await using host = await openHost(volume.compute, { home })
  const files = host.volume(volume.name)
  for (const { name, path, type } of await files.list(volume.path, options.signal)) {
    if (type !== 'file') continue
    await files.get(path, join(unfinished, name), options.signal)
    options.onFile?.(name)
  }
  await rename(unfinished, target)
  return { ...here, path: target }
}
