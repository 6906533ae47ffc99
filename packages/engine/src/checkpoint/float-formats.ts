/** Number formats that a tensor can be read from, with the bytes of one element. */
export const floatBytes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const

/** Name of a floating-point format as safetensors spells it. */
export type FloatFormat = keyof typeof floatBytes

/** Says whether a safetensors dtype is one of the floating-point formats that can be read. */
export function isFloatFormat(dtype: string): dtype is FloatFormat {
  return Object.hasOwn(floatBytes, dtype)
}

/** Decodes little-endian bytes of one format into `into`, which must have one place for each element. */
export function decodeFloats(format: FloatFormat, bytes: Uint8Array, into: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bits = new Uint32Array(into.buffer, into.byteOffset, into.length)
  switch (format) {
    case 'F32':
      for (let i = 0; i < bits.length; i++) bits[i] = view.getUint32(4 * i, true)
      return
    case 'F64':
      for (let i = 0; i < into.length; i++) into[i] = view.getFloat64(8 * i, true)
      return
    case 'BF16':
      for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16
      return
    case 'F16':
      decodeHalves(view, into)
  }
}

/** IEEE 754 binary16 to binary32, bit by bit so that NaN payloads survive. */
function decodeHalves(view: DataView, into: Float32Array): void {
  const bits = new Uint32Array(into.buffer, into.byteOffset, into.length)
  for (let i = 0; i < bits.length; i++) {
    const half = view.getUint16(2 * i, true)
    const sign = (half & 0x8000) << 16
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    if (exponent === 0) into[i] = (sign ? -1 : 1) * fraction * 2 ** -24
    else if (exponent === 0x1f) bits[i] = sign | 0x7f800000 | (fraction << 13)
    else bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13)
  }
}

/**
 * Encodes floats as little-endian bytes. BF16 rounds to the nearest, ties to even; a NaN stays a (quiet) NaN instead
 * of being rounded up to infinity.
 */
export function encodeFloats(format: 'F32' | 'BF16', values: Float32Array, into: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength)
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  if (format === 'F32') {
    for (let i = 0; i < bits.length; i++) view.setUint32(4 * i, bits[i] as number, true)
    return
  }
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i] as number
    const isNaNWord = (word & 0x7fffffff) > 0x7f800000
    const rounded = isNaNWord ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
    view.setUint16(2 * i, rounded, true)
  }
}
