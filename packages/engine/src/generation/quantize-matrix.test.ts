import { describe, expect, it } from 'vitest'
import { bitsOf, blockSize, type QuantizedMatrix, quantizations, quantizeMatrix } from './quantize-matrix.js'

/** The matrix that the codes stand for, [outputs, inputs]. */
function restored({ outputs, inputs, bits, codes, scales }: QuantizedMatrix): Float32Array {
  const blocks = Math.ceil(inputs / blockSize)
  return Float32Array.from({ length: outputs * inputs }, (_, i) => {
    const block = Math.floor(i / inputs) * blocks + Math.floor((i % inputs) / blockSize)
    const at = block * blockSize + ((i % inputs) % blockSize)
    const byte = codes[bits === 8 ? at : at >> 1]!
    const code = bits === 8 ? byte : (byte >> (4 * (at & 1))) & 15
    return (code - 2 ** (bits - 1)) * scales[block]!
  })
}

const wave = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) * (1 + (i % 5)))

describe('quantizeMatrix', () => {
  it.each(quantizations)('restores every %s weight within half a step, and within a step at the far end', (kind) => {
    const [outputs, inputs] = [3, 80] // the last block of a row is half full
    const matrix = wave(outputs * inputs)
    const quantized = quantizeMatrix(matrix, outputs, inputs, kind)
    const half = 2 ** (bitsOf[kind] - 1)
    restored(quantized).forEach((value, i) => {
      const block = Math.floor(i / inputs) * 3 + Math.floor((i % inputs) / blockSize)
      const step = Math.abs(quantized.scales[block]!)
      const isFarEnd = matrix[i]! / quantized.scales[block]! > half - 0.5
      expect(Math.abs(value - matrix[i]!)).toBeLessThanOrEqual(step * (isFarEnd ? 1 : 0.5) + 1e-6)
    })
  })

  it.each(quantizations)('keeps the largest weight of a block exactly (%s)', (kind) => {
    const matrix = wave(blockSize).map((x) => x / 10)
    matrix[7] = 3.25
    expect(restored(quantizeMatrix(matrix, 1, blockSize, kind))[7]).toBe(3.25)
  })

  it('keeps a block of zeros', () => {
    expect(restored(quantizeMatrix(new Float32Array(64), 2, 32, 'int4'))).toEqual(new Float32Array(64))
  })
})
