/** How a quantized engine may hold its matrices. */
export const quantizations = ['int8', 'int4'] as const

export type Quantization = (typeof quantizations)[number]

/** Bits that a weight takes, besides the scale of its block. */
export const bitsOf: Readonly<Record<Quantization, number>> = { int8: 8, int4: 4 }

/** Neighbouring inputs of one output that share a scale. */
export const blockSize = 32

/** A matrix [outputs, inputs] as ONNX Runtime's MatMulNBits takes it. */
export interface QuantizedMatrix {
  readonly outputs: number
  readonly inputs: number
  readonly bits: number
  /** [outputs, blocks, blockSize * bits / 8]; of two four-bit codes in a byte the lower half comes first. */
  readonly codes: Uint8Array
  /** [outputs, blocks] */
  readonly scales: Float32Array
}

/**
 * Rounds a matrix to codes: a weight is about (code - 2^(bits - 1)) * scale. In each block the weight of largest
 * magnitude decides the scale and becomes exactly -2^(bits - 1) times it, so the scale may be negative; the others go to
 * the nearest code, ties up, and what would be +2^(bits - 1) becomes one less. Every block is padded with zeros.
 */
export function quantizeMatrix(
  matrix: Float32Array,
  outputs: number,
  inputs: number,
  quantization: Quantization,
): QuantizedMatrix {
  const bits = bitsOf[quantization]
  const half = 2 ** (bits - 1)
  const blocks = Math.ceil(inputs / blockSize)
  const codesAByte = 8 / bits
  const codes = new Uint8Array((outputs * blocks * blockSize) / codesAByte)
  const scales = new Float32Array(outputs * blocks)
  for (let block = 0; block < scales.length; block++) {
    const from = Math.floor(block / blocks) * inputs + (block % blocks) * blockSize
    const width = Math.min(blockSize, inputs - (block % blocks) * blockSize)
    let extreme = 0
    for (let i = from; i < from + width; i++) {
      if (Math.abs(matrix[i] as number) > Math.abs(extreme)) extreme = matrix[i] as number
    }
    const scale = extreme === 0 ? 0 : extreme / -half
    const inverse = scale === 0 ? 0 : 1 / scale
    scales[block] = scale
    for (let i = 0; i < blockSize; i++) {
      const weight = i < width ? (matrix[from + i] as number) : 0
      const code = Math.min(2 * half - 1, Math.max(0, Math.round(weight * inverse) + half))
      const at = block * blockSize + i
      if (bits === 8) codes[at] = code
      else codes[at >> 1] = (codes[at >> 1] as number) | (code << (4 * (at & 1)))
    }
  }
  return { outputs, inputs, bits, codes, scales }
}
