import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '../errors.js'
import { diskError, systemCode } from './disk-error.js'
import { decodeFloats, floatBytes, isFloatFormat } from './float-formats.js'
import { isJsonObject, readJsonObject } from './read-json-object.js'
import { refuseSpecialFile } from './read-text-file.js'
import { headerLength, parseSafetensorsHeader, type TensorInfo } from './safetensors-header.js'

/** The tensors of a checkpoint, described now and read when asked for. */
export interface Weights {
  readonly tensors: ReadonlyMap<string, TensorInfo>
  /**
   * Reads one tensor as float32, into `into` when given (its length must be the tensor's size).
   * Throws `bad-checkpoint` for an unknown name, a dtype that is not BF16, F16, F32 or F64, and a file that changed.
   */
  read(name: string, into?: Float32Array): Promise<Float32Array>
}

/** One safetensors file. */
export interface SafetensorsFile extends Weights {
  readonly file: string
  readonly metadata: ReadonlyMap<string, string>
}

/** Bytes converted at a time: large enough for the disk, small beside the tensors. A multiple of every element size. */
const chunkBytes = 2 ** 20

/** Opens a safetensors file: reads and checks its header, no tensor yet. Throws `bad-checkpoint` or `disk`. */
export async function readSafetensors(file: string): Promise<SafetensorsFile> {
  const { header, stamp } = await withFile(file, async (handle) => {
    const { size } = await handle.stat()
    const stamp = await identityOf(handle)
    const prefix = new Uint8Array(Math.min(8, size))
    await readFully(handle, file, prefix, 0)
    const bytes = new Uint8Array(headerLength(file, prefix, size))
    await readFully(handle, file, bytes, 8)
    return { header: parseSafetensorsHeader(file, bytes, size), stamp }
  })
  const read = async (name: string, into?: Float32Array) => {
    const tensor = header.tensors.get(name)
    if (!tensor) throw missing(file, name)
    return withFile(file, async (handle) => {
      if ((await identityOf(handle)) !== stamp) {
        throw new EngineError('bad-checkpoint', `"${file}" changed while it was being read; load the checkpoint again`)
      }
      return readTensor(handle, file, tensor, into)
    })
  }
  return { file, ...header, read }
}

/**
 * Opens the weights of a Hugging Face folder: `model.safetensors`, or the shards that `model.safetensors.index.json`
 * lists. Throws `bad-checkpoint` when there are none, a shard is missing, or a shard's name leaves the folder.
 */
export async function openWeights(folder: string): Promise<Weights> {
  const single = join(folder, 'model.safetensors')
  if (await isFile(single)) return readSafetensors(single)
  const indexFile = join(folder, 'model.safetensors.index.json')
  const index = await readJsonObject(indexFile)
  if (index === null) {
    const wanted = '"model.safetensors" nor "model.safetensors.index.json"'
    throw new EngineError(
      'bad-checkpoint',
      `"${folder}" holds neither ${wanted}; give a Hugging Face folder with safetensors weights`,
    )
  }
  return openShards(folder, indexFile, index.weight_map)
}

async function openShards(folder: string, indexFile: string, weightMap: unknown): Promise<Weights> {
  const refuse = (problem: string) =>
    new EngineError('bad-checkpoint', `"${indexFile}" ${problem}; download the checkpoint again`)
  if (!isJsonObject(weightMap)) throw refuse('has no "weight_map" object')
  const shards = new Map<string, SafetensorsFile>()
  const tensors = new Map<string, TensorInfo>()
  const shardOf = new Map<string, SafetensorsFile>()
  for (const [name, shardName] of Object.entries(weightMap)) {
    if (typeof shardName !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9_.-]*\.safetensors$/.test(shardName)) {
      const shown = JSON.stringify(shardName)?.slice(0, 80)
      throw refuse(
        `puts tensor "${name}" into ${shown}, which is not the name of a .safetensors file in the same folder`,
      )
    }
    const shard = shards.get(shardName) ?? (await readSafetensors(join(folder, shardName)))
    shards.set(shardName, shard)
    const tensor = shard.tensors.get(name)
    if (!tensor) throw refuse(`puts tensor "${name}" into "${shardName}", which does not hold it`)
    tensors.set(name, tensor)
    shardOf.set(name, shard)
  }
  const read = async (name: string, into?: Float32Array) => {
    const shard = shardOf.get(name)
    if (!shard) throw missing(folder, name)
    return shard.read(name, into)
  }
  return { tensors, read }
}

async function readTensor(handle: FileHandle, file: string, tensor: TensorInfo, into?: Float32Array) {
  const { dtype, name, size } = tensor
  if (!isFloatFormat(dtype)) {
    const known = Object.keys(floatBytes).join(', ')
    throw new EngineError(
      'bad-checkpoint',
      `"${file}" holds tensor "${name}" as ${dtype}, which cannot be read as numbers; convert it to one of ${known}`,
    )
  }
  if (into && into.length !== size) {
    throw new EngineError('internal', `tensor "${name}" has ${size} values but its destination has ${into.length}`)
  }
  const values = into ?? new Float32Array(size)
  const chunkElements = chunkBytes / floatBytes[dtype]
  const chunk = new Uint8Array(Math.min(chunkBytes, size * floatBytes[dtype]))
  for (let from = 0; from < size; from += chunkElements) {
    const part = values.subarray(from, from + chunkElements)
    const bytes = chunk.subarray(0, part.length * floatBytes[dtype])
    await readFully(handle, file, bytes, tensor.begin + from * floatBytes[dtype])
    decodeFloats(dtype, bytes, part)
  }
  return values
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    refuseSpecialFile(file, await stat(file))
    const handle = await open(file, 'r')
    try {
      return await use(handle)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      throw new EngineError('bad-checkpoint', `"${file}" does not exist; download the checkpoint again`, {
        cause: error,
      })
    }
    throw diskError(error, 'read', file)
  }
}

async function readFully(handle: FileHandle, file: string, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.byteLength; ) {
    const { bytesRead } = await handle.read(into, done, into.byteLength - done, position + done)
    if (bytesRead === 0) {
      throw new EngineError('bad-checkpoint', `"${file}" ended at byte ${position + done}; download the file again`)
    }
    done += bytesRead
  }
}

/** What tells one version of a file from another. */
async function identityOf(handle: FileHandle): Promise<string> {
  const { dev, ino, size, mtimeNs } = await handle.stat({ bigint: true })
  return `${dev}:${ino}:${size}:${mtimeNs}`
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false
    throw diskError(error, 'read', path)
  }
}

function missing(where: string, name: string): EngineError {
  return new EngineError('bad-checkpoint', `"${where}" holds no tensor "${name}"; check that it fits its config.json`)
}
