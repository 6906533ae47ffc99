/**
 * Packs token ids, four bytes each (int32, little-endian on every platform that Node's binding supports).
 * Returned as bytes: the binding ignores the offset of any other typed array.
 */
export function packTokenIds(tokenIds: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(tokenIds).buffer)
}

/** Reads what `packTokenIds` wrote. */
export function unpackTokenIds(blob: ArrayBuffer): number[] {
  return Array.from(new Int32Array(blob))
}

/** Packs log-probabilities as float32 (seven digits, which is what a model computes); NaN and infinities survive. */
export function packLogprobs(logprobs: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(logprobs).buffer)
}

/** Reads what `packLogprobs` wrote. */
export function unpackLogprobs(blob: ArrayBuffer): number[] {
  return Array.from(new Float32Array(blob))
}
