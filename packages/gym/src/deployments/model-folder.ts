import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { GymError } from '../errors.js'
import type { Model } from '../models/model.js'
import { resolveModel } from '../models/resolve-model.js'
import type { Checkpoint } from '../training/checkpoint.js'

/** Weights to serve, and what to call them when nobody says otherwise. */
export interface ModelFolder {
  /** Absolute path of a Hugging Face folder. */
  readonly path: string
  /** The model's name, with the checkpoint's after an `@`. */
  readonly name: string
}

/**
 * Finds the folder of a model, downloading it when needed, or of a checkpoint, which takes its place.
 *
 * @throws GymError `no-model-folder` (config), and what `model.resolve()` throws.
 */
export async function findModelFolder(
  model: Model | string | (new () => Model),
  checkpoint: Checkpoint | string | undefined,
  signal: AbortSignal | undefined,
): Promise<ModelFolder> {
  const base = resolveModel(model)
  if (checkpoint === undefined) return { path: await checked(await base.resolve({ signal })), name: base.name }
  const path = resolve(typeof checkpoint === 'string' ? checkpoint : checkpoint.path)
  return { path: await checked(path), name: `${base.name}@${basename(path)}` }
}

/** Weights for an engine that downloads by itself. */
export interface ModelSource {
  /** A repository of the Hugging Face hub, or the absolute path of a folder. */
  readonly source: string
  /** Branch, tag or commit of a repository. */
  readonly revision?: string
  readonly name: string
}

/** Finds what to serve without downloading a repository: the engine keeps its own cache, and reads it in its own way. */
export async function findModelSource(
  model: Model | string | (new () => Model),
  checkpoint: Checkpoint | string | undefined,
  signal: AbortSignal | undefined,
): Promise<ModelSource> {
  const base = resolveModel(model)
  if (checkpoint === undefined && base.hfRepo !== undefined) {
    return { source: base.hfRepo, revision: base.revision, name: base.name }
  }
  const { path, name } = await findModelFolder(base, checkpoint, signal)
  return { source: path, name }
}

/** The engine says what is wrong inside a folder; that there is none, or another kind, is said here without starting it. */
async function checked(path: string): Promise<string> {
  const config = await stat(join(path, 'config.json')).catch(() => null)
  if (config?.isFile()) return path
  const found = (await stat(path).catch(() => null)) ? 'has no config.json' : 'does not exist'
  const message = `the model folder ${path} ${found}; give a Hugging Face folder or a checkpoint that listCheckpoints() names`
  throw new GymError('config', 'no-model-folder', message)
}
