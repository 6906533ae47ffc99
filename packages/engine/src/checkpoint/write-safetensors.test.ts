import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSafetensors } from './safetensors.js'
import { errorOf } from './safetensors-files.test.support.js'
import { writeSafetensors } from './write-safetensors.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

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
