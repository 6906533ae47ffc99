import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../errors.js'
import { openWeights, readSafetensors } from './safetensors.js'
import { writeSafetensors } from './write-safetensors.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Bytes of a safetensors file with this header text and this many bytes of data. */
function bytesOf(header: string, dataBytes = 0, statedLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.byteLength + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, statedLength ?? BigInt(text.byteLength), true)
  bytes.set(text, 8)
  return bytes
}

async function errorOf(work: Promise<unknown>): Promise<EngineError> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  if (!EngineError.is(error)) throw error
  return error
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const file = join(folder, 'hostile.safetensors')
  await writeFile(file, bytes)
  const error = await errorOf(readSafetensors(file))
  expect(error.code).toBe('bad-checkpoint')
  return error.message.replace(file, 'FILE')
}

const tensor = (fields: Record<string, unknown>) =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } })

describe('readSafetensors', () => {
  it('reads names, shapes, metadata and values of a file that transformers wrote', async () => {
    const { tensors, metadata, read } = await readSafetensors(join(tinyPoet, 'model.safetensors'))
    expect(tensors.size).toBe(68)
    expect(metadata).toEqual(new Map([['format', 'pt']]))
    expect(tensors.get('model.layers.0.self_attn.k_norm.weight')).toMatchObject({
      dtype: 'BF16',
      shape: [64],
      size: 64,
    })
    const embedding = await read('model.embed_tokens.weight')
    expect(embedding).toHaveLength(4096 * 256)
    const deviation = Math.sqrt(embedding.reduce((sum, x) => sum + x * x, 0) / embedding.length)
    expect(deviation).toBeGreaterThan(0.005)
    expect(deviation).toBeLessThan(0.5)
  })

  it('decodes F64, F32, F16 and BF16, infinities, NaN and subnormals included', async () => {
    const header = JSON.stringify({
      d: { dtype: 'F64', shape: [2], data_offsets: [0, 16] },
      f: { dtype: 'F32', shape: [2], data_offsets: [16, 24] },
      h: { dtype: 'F16', shape: [7], data_offsets: [24, 38] },
      b: { dtype: 'BF16', shape: [3], data_offsets: [38, 44] },
      s: { dtype: 'F32', shape: [0, 4], data_offsets: [44, 44] },
    })
    const bytes = bytesOf(header, 44)
    const view = new DataView(bytes.buffer, bytes.byteLength - 44)
    view.setFloat64(0, 0.1, true)
    view.setFloat64(8, -3, true)
    view.setFloat32(16, 1e-40, true)
    view.setFloat32(20, 6.5, true)
    for (const [i, half] of [0x3c00, 0xc000, 0x7bff, 0x0001, 0xfc00, 0x7e00, 0x8000].entries()) {
      view.setUint16(24 + 2 * i, half, true)
    }
    for (const [i, bf16] of [0x3f80, 0xff80, 0x7fc0].entries()) view.setUint16(38 + 2 * i, bf16, true)
    const file = join(folder, 'formats.safetensors')
    await writeFile(file, bytes)
    const { read } = await readSafetensors(file)
    expect([...(await read('d'))]).toEqual([Math.fround(0.1), -3])
    expect([...(await read('f'))]).toEqual([Math.fround(1e-40), 6.5])
    expect([...(await read('h'))]).toEqual([1, -2, 65504, 2 ** -24, -Infinity, NaN, -0])
    expect([...(await read('b'))]).toEqual([1, -Infinity, NaN])
    expect([...(await read('s'))]).toEqual([])
  })

  it('reads into a place that the caller owns and nowhere else', async () => {
    const file = join(folder, 'into.safetensors')
    await writeSafetensors(file, [{ name: 'w', shape: [3], data: Float32Array.of(1, 2, 3) }], { dtype: 'F32' })
    const flat = new Float32Array(5)
    const { read } = await readSafetensors(file)
    await read('w', flat.subarray(1, 4))
    expect([...flat]).toEqual([0, 1, 2, 3, 0])
    expect((await errorOf(read('w', new Float32Array(2)))).message).toContain('3 values but its destination has 2')
  })

  it('names a tensor it does not hold, a dtype it does not read, and a file that changed under it', async () => {
    const file = join(folder, 'named.safetensors')
    await writeFile(file, bytesOf(tensor({ dtype: 'I32' }), 8))
    const { read } = await readSafetensors(file)
    expect((await errorOf(read('w'))).message).toMatch(/tensor "w" as I32.* convert it to one of F64, F32, F16, BF16/)
    expect((await errorOf(read('x'))).message).toContain('no tensor "x"')
    await writeFile(file, bytesOf(`${tensor({ dtype: 'I32' })}  `, 8))
    expect((await errorOf(read('w'))).message).toContain('changed while it was being read')
    expect((await errorOf(readSafetensors(join(folder, 'none.safetensors')))).code).toBe('bad-checkpoint')
    expect((await errorOf(readSafetensors(folder))).code).toBe('disk')
  })

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'has 0 bytes, too few'],
    ['a file shorter than its length field', new Uint8Array(5), 'has 5 bytes, too few'],
    ['an empty header', bytesOf(''), 'states a header of 0 bytes'],
    [
      'a header longer than the file',
      bytesOf('{}', 0, 1000n),
      'states a header of 1000 bytes but the whole file has 10',
    ],
    ['an absurd header length', bytesOf('{}', 0, 2n ** 64n - 1n), 'states a header of 18446744073709551615 bytes'],
    ['a header cut in the middle', bytesOf(tensor({}).slice(0, -4)), 'not JSON'],
    ['a header that is not JSON', bytesOf('{"w":}'), 'not JSON'],
    ['a header that is an array', bytesOf('[1,2]'), 'starts with "["'],
    ['a header that is not UTF-8', bytesOf('{"w":1}').fill(0xff, 10, 12), 'not UTF-8'],
    ['a tensor that is not an object', bytesOf('{"w":7}'), 'described by 7'],
    ['metadata that is not text', bytesOf('{"__metadata__":{"step":1}}'), 'metadata "step" that is not a string'],
    ['a name given twice', bytesOf('{"w":{"dtype":"F32"},"w" :{"dtype":"F32"}}'), 'names "w" twice'],
    ['a name given twice in other letters', bytesOf('{"w":1,"\\u0077":1}'), 'names "w" twice'],
    ['a field given twice', bytesOf('{"w":{"dtype":"F32","dtype":"F16"}}'), 'names "dtype" twice'],
    [
      'a name that reaches for the prototype',
      bytesOf('{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'),
      'not allowed',
    ],
    ['deep nesting', bytesOf('{"w":'.repeat(5000)), 'nests deeper'],
    ['an unknown dtype', bytesOf(tensor({ dtype: 'F4' }), 8), 'unknown dtype "F4"'],
    ['a dtype of the prototype', bytesOf(tensor({ dtype: 'constructor' }), 8), 'unknown dtype "constructor"'],
    ['a negative dim', bytesOf(tensor({ shape: [-2] }), 8), 'impossible shape [-2]'],
    ['a fractional dim', bytesOf(tensor({ shape: [0.5, 4] }), 8), 'impossible shape [0.5,4]'],
    ['a huge dim', bytesOf(tensor({ shape: [2 ** 53] }), 8), 'impossible shape [9007199254740992]'],
    ['dims whose product overflows', bytesOf(tensor({ shape: [2 ** 40, 2 ** 40, 0] }), 8), 'impossible shape'],
    ['a shape that is not a list', bytesOf(tensor({ shape: 2 }), 8), 'impossible shape 2'],
    [
      'a shape that its bytes do not match',
      bytesOf(tensor({ shape: [3] }), 8),
      'needs 12 bytes but data_offsets give 8',
    ],
    ['offsets that run backwards', bytesOf(tensor({ data_offsets: [8, 0] }), 8), 'impossible data_offsets [8,0]'],
    ['negative offsets', bytesOf(tensor({ data_offsets: [-8, 0] }), 8), 'impossible data_offsets [-8,0]'],
    ['three offsets', bytesOf(tensor({ data_offsets: [0, 4, 8] }), 8), 'impossible data_offsets [0,4,8]'],
    ['offsets beyond the file', bytesOf(tensor({ shape: [3], data_offsets: [0, 12] }), 8), 'cut short'],
    ['misaligned offsets', bytesOf(tensor({ data_offsets: [2, 10] }), 10), 'not a multiple of its F32 size'],
    ['a gap before a tensor', bytesOf(tensor({ data_offsets: [4, 12] }), 12), 'leaves a gap'],
    ['bytes after the last tensor', bytesOf(tensor({}), 9), 'its tensors end at'],
    [
      'overlapping tensors',
      bytesOf(tensor({}).replace('{', '{"v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},'), 12),
      'overlaps another one',
    ],
  ])('refuses %s in one sentence', async (_, bytes, expected) => {
    const message = await refusal(bytes)
    expect(message).toContain(expected)
    expect(message).toMatch(/^"FILE" .*; download or write the file again$/)
  })

  it('does not allocate by a length that only a sparse file could hold', async () => {
    const file = join(folder, 'sparse.safetensors')
    await writeFile(file, bytesOf('{', 0, 5_000_000_000n))
    await truncate(file, 8_000_000_000)
    const before = process.memoryUsage().arrayBuffers
    const { message } = await errorOf(readSafetensors(file))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20)
    expect(message).toContain('more than 100000000')
  })

  it('answers any damage to a header with a bad-checkpoint error or a consistent file', async () => {
    const good = bytesOf(
      JSON.stringify({
        __metadata__: { format: 'pt' },
        a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
        b: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
      }),
      24,
    )
    const file = join(folder, 'damaged.safetensors')
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), at: fc.nat(good.length - 1), byte: fc.nat(255) }),
      fc.record({
        kind: fc.constant('set' as const),
        at: fc.nat(good.length - 1),
        byte: fc.constantFrom(...'0123456789[]{}",:-.eE'.split('').map((c) => c.charCodeAt(0))),
      }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(good.length), byte: fc.constant(0) }),
    )
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let bytes = good.slice()
        for (const { kind, at, byte } of edits) {
          if (kind === 'cut') bytes = bytes.slice(0, at)
          else if (at < bytes.length) bytes[at] = byte
        }
        await writeFile(file, bytes)
        try {
          const { tensors, read } = await readSafetensors(file)
          for (const { name, size, dtype } of tensors.values()) {
            if (/^B?F\d+$/.test(dtype)) expect(await read(name)).toHaveLength(size)
          }
        } catch (error) {
          if (!EngineError.is(error) || error.code !== 'bad-checkpoint') throw error
          refused++
        }
      }),
      { numRuns: 400, seed: 7 },
    )
    expect(refused).toBeGreaterThan(100)
  })
})

describe('writeSafetensors', () => {
  it('writes what it reads back, bit for bit in F32, to the nearest in BF16', async () => {
    const file = join(folder, 'round-trip.safetensors')
    const dims = fc.array(fc.nat(5), { maxLength: 3 })
    const tensors = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 12 }), dims, fc.infiniteStream(fc.float())), {
      selector: ([name]) => name,
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(tensors, fc.constantFrom('F32' as const, 'BF16' as const), async (drawn, dtype) => {
        const written = drawn
          .filter(([name]) => name !== '__proto__' && name !== '__metadata__')
          .map(([name, shape, values]) => {
            const size = shape.reduce((product, dim) => product * dim, 1)
            return { name, shape, data: Float32Array.from({ length: size }, () => values.next().value) }
          })
        await writeSafetensors(file, written, { dtype, metadata: { step: '3' } })
        const { tensors, metadata, read } = await readSafetensors(file)
        expect(metadata).toEqual(new Map(Object.entries({ format: 'pt', step: '3' })))
        expect([...tensors.keys()].sort()).toEqual(written.map(({ name }) => name).sort())
        for (const { name, shape, data } of written) {
          expect(tensors.get(name)).toMatchObject({ dtype, shape })
          expect([...(await read(name))]).toEqual([...data].map((x) => (dtype === 'F32' ? x : nearestBf16(x))))
        }
      }),
      { numRuns: 100, seed: 7 },
    )
  })

  it('starts the data at a multiple of 8 and writes tensors larger than its buffer', async () => {
    const file = join(folder, 'large.safetensors')
    const data = Float32Array.from({ length: 700_001 }, (_, i) => i - 350_000)
    await writeSafetensors(file, [{ name: 'odd', shape: [data.length], data }], { dtype: 'F32' })
    const { tensors, read } = await readSafetensors(file)
    expect(tensors.get('odd')!.begin % 8).toBe(0)
    expect(Buffer.compare(Buffer.from((await read('odd')).buffer), Buffer.from(data.buffer))).toBe(0)
    expect((await stat(file)).size).toBe(tensors.get('odd')!.begin + 4 * data.length)
  })

  it('rounds ties to even and keeps NaN', async () => {
    const bits = Uint32Array.of(0x3f808000, 0x3f818000, 0x3f808001, 0x7f800001, 0xffffffff, 0x7f7fffff, 0x00008000)
    const file = join(folder, 'ties.safetensors')
    const data = new Float32Array(bits.buffer)
    await writeSafetensors(file, [{ name: 'w', shape: [7], data }], { dtype: 'BF16' })
    const read = new Uint32Array((await (await readSafetensors(file)).read('w')).buffer)
    expect([...read].map((word) => (word >>> 16).toString(16))).toEqual([
      '3f80',
      '3f82',
      '3f81',
      '7fc0',
      'ffff',
      '7f80',
      '0',
    ])
  })

  it('refuses a shape that does not fit its values and a name given twice', async () => {
    const file = join(folder, 'refused.safetensors')
    const data = new Float32Array(3)
    const write = (...tensors: { name: string; shape: number[] }[]) =>
      errorOf(
        writeSafetensors(
          file,
          tensors.map((tensor) => ({ ...tensor, data })),
          { dtype: 'F32' },
        ),
      )
    expect(await write({ name: 'w', shape: [2, 2] })).toMatchObject({
      code: 'bad-request',
      message: 'tensor "w" of shape [2,2] needs 4 values but has 3; give as many values as the shape says',
    })
    expect((await write({ name: 'w', shape: [-1, -3] })).code).toBe('bad-request')
    expect((await write({ name: 'w', shape: [3] }, { name: 'w', shape: [3] })).message).toContain('given twice')
    expect((await write({ name: '__metadata__', shape: [3] })).message).toContain('reserved')
    expect(existsSync(file)).toBe(false)
  })

  it('computes values when their turn comes, and writes the same bytes', async () => {
    const [given, computed] = [join(folder, 'given.safetensors'), join(folder, 'computed.safetensors')]
    const values = { a: Float32Array.of(1, 2), b: Float32Array.of(3) }
    const shared = new Float32Array(2)
    const later = (from: Float32Array) => () => {
      shared.set(from)
      return shared.subarray(0, from.length)
    }
    const tensors = (data: (from: Float32Array) => Float32Array | (() => Float32Array)) => [
      { name: 'b', shape: [1], data: data(values.b) },
      { name: 'a', shape: [2], data: data(values.a) },
    ]
    await writeSafetensors(
      given,
      tensors((from) => from),
      { dtype: 'F32' },
    )
    await writeSafetensors(computed, tensors(later), { dtype: 'F32' })
    expect(await readFile(computed)).toEqual(await readFile(given))
    const short = { name: 'w', shape: [4], data: later(values.a) }
    expect((await errorOf(writeSafetensors(computed, [short], { dtype: 'F32' }))).message).toContain('but has 2')
  })

  it('stops when asked to', async () => {
    const signal = AbortSignal.abort()
    const tensors = [{ name: 'w', shape: [1], data: new Float32Array(1) }]
    const work = writeSafetensors(join(folder, 'aborted.safetensors'), tensors, { dtype: 'F32', signal })
    expect((await errorOf(work)).code).toBe('aborted')
  })

  it('says that the disk is full, naming the file', async ({ skip }) => {
    skip(!existsSync('/dev/full'), 'this system has no /dev/full')
    const file = join(folder, 'full.safetensors')
    await symlink('/dev/full', file)
    const tensors = [{ name: 'w', shape: [1], data: new Float32Array(1) }]
    expect(await errorOf(writeSafetensors(file, tensors, { dtype: 'F32' }))).toMatchObject({
      code: 'disk',
      message: `could not write "${file}" (ENOSPC): the disk is full; free some space or choose another folder`,
    })
  })
})

/** The nearest of the two neighbours that bfloat16 has for a number, found by distance rather than by bits. */
function nearestBf16(x: number): number {
  if (!Number.isFinite(x)) return x
  const word = new Uint32Array(Float32Array.of(x).buffer)[0]! >>> 16
  const value = (high: number) => new Float32Array(Uint32Array.of(high << 16).buffer)[0]!
  // The one past the largest counts as 2 ** 128 for the distance, as if the exponent had no end.
  const [low, high] = [value(word), value(word + 1)]
  const far = Number.isFinite(high) ? high : Math.sign(x) * 2 ** 128
  const [toLow, toHigh] = [Math.abs(x - low), Math.abs(far - x)]
  if (toLow !== toHigh) return toLow < toHigh ? low : high
  return word % 2 === 0 ? low : high
}

describe('openWeights', () => {
  const shard = (name: string, ...values: number[]) => ({
    name,
    shape: [values.length],
    data: Float32Array.from(values),
  })

  it('reads shards through their index', async () => {
    const sharded = await mkdtemp(join(folder, 'sharded-'))
    await writeSafetensors(join(sharded, 'model-00001-of-00002.safetensors'), [shard('a', 1, 2)], { dtype: 'F32' })
    await writeSafetensors(join(sharded, 'model-00002-of-00002.safetensors'), [shard('b', 3)], { dtype: 'BF16' })
    const map = { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' }
    await writeFile(join(sharded, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }))
    const { tensors, read } = await openWeights(sharded)
    expect([...tensors.keys()]).toEqual(['a', 'b'])
    expect([...(await read('a')), ...(await read('b'))]).toEqual([1, 2, 3])
    expect((await errorOf(read('c'))).message).toContain('no tensor "c"')
  })

  it.each([
    ['../model.safetensors', 'not the name of a .safetensors file in the same folder'],
    ['/etc/model.safetensors', 'not the name'],
    ['sub/model.safetensors', 'not the name'],
    ['..\\model.safetensors', 'not the name'],
    ['model.bin', 'not the name'],
    [7, 'into 7, which is not the name'],
    ['absent.safetensors', 'does not exist'],
    ['held.safetensors', 'puts tensor "a" into "held.safetensors", which does not hold it'],
  ])('refuses an index that points to %s', async (name, expected) => {
    const hostile = await mkdtemp(join(folder, 'hostile-'))
    await writeSafetensors(join(folder, 'model.safetensors'), [shard('a', 1)], { dtype: 'F32' })
    await writeSafetensors(join(hostile, 'held.safetensors'), [shard('b', 1)], { dtype: 'F32' })
    await writeFile(join(hostile, 'model.safetensors.index.json'), JSON.stringify({ weight_map: { a: name } }))
    const error = await errorOf(openWeights(hostile))
    expect(error.code).toBe('bad-checkpoint')
    expect(error.message).toContain(expected)
  })

  it('says what a folder without weights lacks', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'))
    expect((await errorOf(openWeights(empty))).message).toBe(
      `"${empty}" holds neither "model.safetensors" nor "model.safetensors.index.json"; give a Hugging Face folder with safetensors weights`,
    )
    await writeFile(join(empty, 'model.safetensors.index.json'), '{"weight_map": []}')
    expect((await errorOf(openWeights(empty))).message).toContain('has no "weight_map" object')
  })
})
