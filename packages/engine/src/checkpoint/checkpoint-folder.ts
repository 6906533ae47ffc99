import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { EngineError } from '../errors.js'
import { diskError, systemCode } from './disk-error.js'
import { makeFolder } from './make-folder.js'
import { readModelConfig } from './model-config.js'
import { checkWeights } from './parameter-shapes.js'
import { type JsonObject, readJsonObject, readRequiredJsonObject } from './read-json-object.js'
import { refuseSpecialFile } from './read-text-file.js'
import { openWeights } from './safetensors.js'
import type { SafetensorsDtype } from './safetensors-header.js'
import { type AdapterContents, writeAdapter } from './write-adapter.js'
import { type TensorToWrite, writeSafetensors } from './write-safetensors.js'

/** Files beside the weights that a Hugging Face folder may have, copied as they are. */
const copiedFiles = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
]

const torchDtypes = { F32: 'float32', BF16: 'bfloat16' } as const

/** What a checkpoint is made of. */
export interface CheckpointContents {
  /** Folder of the model that was trained: config.json, tokenizer and chat template come from here. */
  readonly sourceFolder: string
  /** Every tensor that the configuration asks for. */
  readonly tensors: readonly TensorToWrite[]
  /** Adapters whose products the tensors hold; written in PEFT's format into the folder `adapter` inside. */
  readonly adapter?: AdapterContents
  /** Format of the weights on disk; config.json is adjusted to it. */
  readonly dtype: 'F32' | 'BF16'
  /** Makes the temporary folder's name unique; letters, digits, '-' and '_'. */
  readonly random: string
  /** Stops the work with code 'aborted' and leaves nothing behind. */
  readonly signal?: AbortSignal
}

/**
 * Writes a complete Hugging Face folder, all or nothing: into `.<name>.<random>.partial` beside the target, flushed to
 * the disk, then renamed. A process that is killed leaves at most such a partial folder (see `removePartialFolders`).
 * Throws `bad-request` when the target exists or the tensors do not fit the configuration, `disk`, `aborted`.
 */
export async function writeCheckpointFolder(target: string, contents: CheckpointContents): Promise<void> {
  const { sourceFolder, tensors, adapter, dtype, random, signal } = contents
  const parent = dirname(resolve(target))
  const partial = join(parent, `.${basename(resolve(target))}.${random}.partial`)
  if (!/^[A-Za-z0-9_-]+$/.test(random)) {
    throw new EngineError('bad-request', `"${random}" cannot be part of a folder's name; use letters, digits, - and _`)
  }
  await refuseExisting(target)
  const config = await readRequiredJsonObject(join(sourceFolder, 'config.json'))
  await readRequiredJsonObject(join(sourceFolder, 'tokenizer.json'))
  await refuseMisfit(sourceFolder, tensors, dtype)
  try {
    makeFolder(parent)
    await mkdir(partial)
  } catch (error) {
    throw diskError(error, 'create', partial)
  }
  try {
    await writeFile(join(partial, 'config.json'), `${JSON.stringify(withDtype(config, torchDtypes[dtype]), null, 2)}\n`)
    for (const name of copiedFiles) await copyIfPresent(join(sourceFolder, name), join(partial, name))
    for (const name of await readdir(partial)) await flush(join(partial, name))
    if (adapter !== undefined) {
      const folder = join(partial, 'adapter')
      await writeAdapter(folder, { ...adapter, signal })
      await flush(join(folder, 'adapter_config.json'))
      await flush(folder)
    }
    await writeSafetensors(join(partial, 'model.safetensors'), tensors, { dtype, signal })
    await flush(partial)
    if (signal?.aborted) throw new EngineError('aborted', `writing "${target}" was stopped`, { cause: signal.reason })
    await rename(partial, target)
    await flush(parent)
  } catch (error) {
    // What failed first is what the user must hear; `removePartialFolders` gets a second chance at the rest.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw diskError(error, 'write', target)
  }
}

/** Says whether a folder holds config.json, a tokenizer and weights whose header and size agree. Throws `disk` only. */
export async function isCompleteCheckpoint(folder: string): Promise<boolean> {
  try {
    if ((await readJsonObject(join(folder, 'config.json'))) === null) return false
    if (!((await sizeOf(join(folder, 'tokenizer.json'))) ?? 0)) return false
    await openWeights(folder)
    return true
  } catch (error) {
    if (EngineError.is(error) && error.code === 'bad-checkpoint') return false
    if (EngineError.is(error) && systemCode(error.cause) === 'ENOTDIR') return false
    throw diskError(error, 'read', folder)
  }
}

/**
 * Removes what interrupted writers left in a folder of checkpoints and returns the names. Call it only where no other
 * process is writing: a partial folder does not say whether its writer still lives.
 */
export async function removePartialFolders(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true })
    const partial = entries.filter((entry) => entry.isDirectory() && /^\..+\.[A-Za-z0-9_-]+\.partial$/.test(entry.name))
    for (const { name } of partial) await rm(join(parent, name), { recursive: true, force: true })
    return partial.map(({ name }) => name).sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw diskError(error, 'clean up', parent)
  }
}

async function refuseExisting(target: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(target)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw diskError(error, 'write', target)
  }
  // An empty folder is what `rename` may replace.
  if (names.length === 0) return
  const what = (await isCompleteCheckpoint(target)) ? 'a complete checkpoint' : 'a folder with other files'
  throw new EngineError('bad-request', `"${target}" already exists and is ${what}; choose another name or delete it`)
}

/** A checkpoint that its own config.json does not describe would only fail when someone loads it. */
async function refuseMisfit(sourceFolder: string, tensors: readonly TensorToWrite[], dtype: SafetensorsDtype) {
  const described = tensors.map(({ name, shape }) => {
    const size = shape.reduce((product, dim) => product * dim, 1)
    return [name, { name, shape, dtype, size, begin: 0, end: 0 }] as const
  })
  try {
    const { unexpected } = checkWeights(await readModelConfig(sourceFolder), { tensors: new Map(described) })
    if (unexpected.length === 0) return
    throw new EngineError(
      'bad-request',
      `tensor "${unexpected[0]}" is not part of the model in "${sourceFolder}"; leave it out`,
    )
  } catch (error) {
    if (!EngineError.is(error) || error.code !== 'bad-checkpoint') throw error
    throw new EngineError('bad-request', `the tensors to write do not fit "${sourceFolder}": ${error.message}`, {
      cause: error,
    })
  }
}

/** transformers wrote `torch_dtype` before version 5 and writes `dtype` since; whichever is there is adjusted. */
function withDtype(config: JsonObject, dtype: string): JsonObject {
  const keys = ['dtype', 'torch_dtype'].filter((key) => key in config)
  return { ...config, ...Object.fromEntries((keys.length > 0 ? keys : ['torch_dtype']).map((key) => [key, dtype])) }
}

async function copyIfPresent(from: string, to: string): Promise<void> {
  try {
    refuseSpecialFile(from, await stat(from))
    await copyFile(from, to)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError(error, 'copy', from)
  }
}

/** Makes a file's bytes, or a folder's names, survive a power cut, where the system lets folders be flushed. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'EISDIR' || systemCode(error) === 'EPERM') return null
    throw error
  })
  try {
    await handle?.sync()
  } catch (error) {
    if (process.platform !== 'win32' && systemCode(error) !== 'EINVAL') throw error
  } finally {
    await handle?.close()
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}
