import { EngineError } from '../errors.js'
import { isJsonObject } from './read-json-object.js'

/** Bytes of one element of each dtype of the safetensors format that has whole bytes. */
const dtypeBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
} as const

/** Number format of a tensor, as safetensors spells it. */
export type SafetensorsDtype = keyof typeof dtypeBytes

/** Where a tensor lies and what it holds. */
export interface TensorInfo {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  /** Number of elements, the product of the shape. */
  readonly size: number
  /** First byte and the one after the last, counted from the start of the file. */
  readonly begin: number
  readonly end: number
}

/** What a safetensors header says. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorInfo>
  readonly metadata: ReadonlyMap<string, string>
}

/** Upper bound of a header, bytes: the one of the reference implementation. */
export const maxHeaderBytes = 100_000_000

/**
 * Reads the length that a safetensors file states for its header and checks it against the file's size before anyone
 * allocates by it. `prefix` is the first 8 bytes.
 */
export function headerLength(file: string, prefix: Uint8Array, fileBytes: number): number {
  if (prefix.byteLength < 8) refuse(file, `has ${fileBytes} bytes, too few to be a safetensors file`)
  const stated = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true)
  if (stated > BigInt(Math.max(0, fileBytes - 8))) {
    refuse(
      file,
      `states a header of ${stated} bytes but the whole file has ${fileBytes}, so it is cut short or damaged`,
    )
  }
  if (stated > BigInt(maxHeaderBytes)) refuse(file, `states a header of ${stated} bytes, more than ${maxHeaderBytes}`)
  if (stated < 2n) refuse(file, `states a header of ${stated} bytes, too few for any header`)
  return Number(stated)
}

/**
 * Parses and checks a safetensors header: every tensor's name, dtype, shape and offsets, and that the tensors fill
 * the file from the header to its last byte without gaps or overlaps. Throws `bad-checkpoint` on anything else.
 */
export function parseSafetensorsHeader(file: string, header: Uint8Array, fileBytes: number): SafetensorsHeader {
  const text = decodeUtf8(file, header)
  const value = parseJson(file, text)
  const dataStart = 8 + header.byteLength
  const tensors: TensorInfo[] = []
  let metadata: ReadonlyMap<string, string> = new Map()
  for (const [name, entry] of Object.entries(value)) {
    if (name === '__metadata__') metadata = parseMetadata(file, entry)
    else tensors.push(parseTensor(file, name, entry, dataStart))
  }
  checkLayout(file, tensors, dataStart, fileBytes)
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata }
}

function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse(file, 'has a header that is not UTF-8')
  }
}

function parseJson(file: string, text: string): Record<string, unknown> {
  if (!text.startsWith('{')) refuse(file, `has a header that starts with ${quote(text.slice(0, 1))} instead of "{"`)
  scanHeader(file, text)
  const value = parseOrRefuse(file, text)
  return isJsonObject(value) ? value : refuse(file, 'has a header that is not a JSON object')
}

function parseOrRefuse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(file, 'has a header that is not JSON')
  }
}

/**
 * Refuses two equal names in one object, of which `JSON.parse` silently keeps the last, and nesting deeper than the
 * format has, which would cost far more memory than the file is long. The text need not be valid JSON yet. Written by
 * hand, since a regular expression runs out of stack on a name of some megabytes.
 */
function scanHeader(file: string, text: string): void {
  const open: Set<string>[] = []
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '{' || char === '[') {
      if (open.push(new Set()) > 3) refuse(file, 'has a header that nests deeper than tensors do')
    } else if (char === '}' || char === ']') open.pop()
    else if (char === '"') {
      const start = i
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
      const end = i + 1
      while (/[ \t\r\n]/.test(text[i + 1] ?? '')) i++
      if (text[i + 1] !== ':') continue
      const name = parseOrRefuse(file, text.slice(start, end)) as string
      if (open.at(-1)?.has(name)) refuse(file, `names ${quote(name)} twice in its header`)
      open.at(-1)?.add(name)
    }
  }
}

function parseMetadata(file: string, entry: unknown): ReadonlyMap<string, string> {
  if (!isJsonObject(entry)) return refuse(file, 'has a "__metadata__" that is not a JSON object')
  return new Map(
    Object.entries(entry).map(([key, value]) => {
      if (typeof value !== 'string') refuse(file, `has metadata ${quote(key)} that is not a string`)
      return [key, value as string]
    }),
  )
}

function parseTensor(file: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  const fail = (problem: string): never => refuse(file, `has a tensor ${quote(name)} ${problem}`)
  if (name === '__proto__') fail('whose name is not allowed')
  if (!isJsonObject(entry)) return fail(`described by ${quote(entry)} instead of dtype, shape and data_offsets`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !isDtype(dtype)) return fail(`of the unknown dtype ${quote(dtype)}`)
  if (!Array.isArray(shape) || !shape.every(isCount)) return fail(`of the impossible shape ${quote(shape)}`)
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : []
  if (!isCount(begin) || !isCount(end) || begin > end) {
    return fail(`with the impossible data_offsets ${quote(offsets)}`)
  }
  let size = 1
  for (const dim of shape) {
    size *= dim
    if (!Number.isSafeInteger(size)) return fail(`of the impossible shape ${quote(shape)}`)
  }
  const bytes = size * dtypeBytes[dtype]
  if (bytes !== end - begin) {
    return fail(`whose shape ${quote(shape)} of ${dtype} needs ${bytes} bytes but data_offsets give ${end - begin}`)
  }
  if (begin % dtypeBytes[dtype] !== 0) return fail(`whose data starts at ${begin}, not a multiple of its ${dtype} size`)
  return { name, dtype, shape, size, begin: dataStart + begin, end: dataStart + end }
}

/** The format allows neither holes nor overlaps, so sorted tensors must touch and the last one must end the file. */
function checkLayout(file: string, tensors: readonly TensorInfo[], dataStart: number, fileBytes: number): void {
  let expected = dataStart
  for (const tensor of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.end > fileBytes) {
      const problem = `ends at byte ${tensor.end} but the file has ${fileBytes}, so it is cut short or damaged`
      refuse(file, `has a tensor ${quote(tensor.name)} that ${problem}`)
    }
    if (tensor.begin !== expected) {
      const problem = tensor.begin < expected ? 'overlaps another one' : 'leaves a gap before it'
      refuse(file, `has a tensor ${quote(tensor.name)} that ${problem} (it starts at ${tensor.begin}, not ${expected})`)
    }
    expected = tensor.end
  }
  if (expected !== fileBytes) refuse(file, `has ${fileBytes} bytes but its tensors end at ${expected}`)
}

function isDtype(dtype: string): dtype is SafetensorsDtype {
  return Object.hasOwn(dtypeBytes, dtype)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0)
}

/** Shows a value of the header in a message, however large or deep it is. */
function quote(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.slice(0, 8).map((item) => (Array.isArray(item) ? 'an array' : quote(item)))}${value.length > 8 ? ',...' : ''}]`
  if (isJsonObject(value)) return 'an object'
  if (value === undefined) return 'nothing'
  return typeof value === 'string' && value.length > 80
    ? JSON.stringify(`${value.slice(0, 80)}...`)
    : JSON.stringify(value)
}

function refuse(file: string, problem: string): never {
  throw new EngineError('bad-checkpoint', `"${file}" ${problem}; download or write the file again`)
}
