import { type FileHandle, open } from 'node:fs/promises'
import { EngineError } from '../errors.js'
import { diskError } from './disk-error.js'
import { encodeFloats, floatBytes } from './float-formats.js'

/** Bytes converted at a time. A multiple of every element size. */
const chunkBytes = 2 ** 20

/** A tensor to write: row-major float32 values whose number is the product of the shape. */
export interface TensorToWrite {
  readonly name: string
  readonly shape: readonly number[]
  /**
   * The values, or what computes them when their turn comes, so that not all are in memory at once. Computed values are
   * read before those of the next tensor are asked for.
   */
  readonly data: Float32Array | (() => Float32Array)
}

/** How `writeSafetensors` writes. */
export interface WriteSafetensorsOptions {
  /** Format on disk. BF16 rounds to the nearest, ties to even. */
  readonly dtype: 'F32' | 'BF16'
  /** Added to `{ format: 'pt' }`, which other readers ask for. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Stops between chunks with code 'aborted'. */
  readonly signal?: AbortSignal
}

/**
 * Writes tensors as one safetensors file and returns when its bytes are on the disk (fsync). An existing file is
 * overwritten, and what was written so far stays behind on failure: write into a folder of your own and rename it.
 * Throws `disk` when the file system refuses, `bad-request` for tensors that cannot be written.
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  options: WriteSafetensorsOptions,
): Promise<void> {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1))
  const prefix = headerBytes(sorted, options)
  const chunkElements = chunkBytes / floatBytes[options.dtype]
  const chunk = new Uint8Array(chunkBytes)
  try {
    const handle = await open(file, 'w')
    try {
      await writeFully(handle, prefix)
      for (const tensor of sorted) {
        const data = valuesOf(tensor)
        for (let from = 0; from < data.length; from += chunkElements) {
          if (options.signal?.aborted) {
            throw new EngineError('aborted', `writing "${file}" was stopped`, { cause: options.signal.reason })
          }
          const values = data.subarray(from, from + chunkElements)
          const bytes = chunk.subarray(0, values.length * floatBytes[options.dtype])
          encodeFloats(options.dtype, values, bytes)
          await writeFully(handle, bytes)
        }
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw diskError(error, 'write', file)
  }
}

/** The length and the header, padded with spaces so that the data starts at a multiple of 8. */
function headerBytes(tensors: readonly TensorToWrite[], options: WriteSafetensorsOptions): Uint8Array {
  const entries = new Map<string, unknown>([['__metadata__', { format: 'pt', ...options.metadata }]])
  let offset = 0
  for (const tensor of tensors) {
    const { name, shape, data } = tensor
    const size = sizeOf(shape)
    // Values that are not computed yet are counted when they are.
    checkCount(tensor, typeof data === 'function' ? size : data.length)
    if (entries.has(name) || name === '__proto__') {
      throw new EngineError('bad-request', `tensor name "${name}" is reserved or given twice; name each tensor once`)
    }
    const end = offset + size * floatBytes[options.dtype]
    entries.set(name, { dtype: options.dtype, shape, data_offsets: [offset, end] })
    offset = end
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const bytes = new Uint8Array(8 + Math.ceil(json.byteLength / 8) * 8).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.byteLength - 8), true)
  bytes.set(json, 8)
  return bytes
}

function valuesOf(tensor: TensorToWrite): Float32Array {
  if (typeof tensor.data !== 'function') return tensor.data
  const values = tensor.data()
  checkCount(tensor, values.length)
  return values
}

function checkCount({ name, shape }: TensorToWrite, length: number): void {
  const size = sizeOf(shape)
  if (size === length && shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) return
  const message = `tensor "${name}" of shape [${shape}] needs ${size} values but has ${length}`
  throw new EngineError('bad-request', `${message}; give as many values as the shape says`)
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done)
    done += bytesWritten
  }
}
