import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWeights, readSafetensors } from './safetensors.js'
import { bytesOf, errorOf, tensor } from './safetensors-files.test.support.js'
import { writeSafetensors } from './write-safetensors.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

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
})

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
