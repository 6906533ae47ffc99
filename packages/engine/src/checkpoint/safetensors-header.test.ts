import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../errors.js'
import { readSafetensors } from './safetensors.js'
import { bytesOf, errorOf, tensor } from './safetensors-files.test.support.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function refusal(bytes: Uint8Array): Promise<string> {
  const file = join(folder, 'hostile.safetensors')
  await writeFile(file, bytes)
  const error = await errorOf(readSafetensors(file))
  expect(error.code).toBe('bad-checkpoint')
  return error.message.replace(file, 'FILE')
}

describe('the header of a safetensors file', () => {
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
