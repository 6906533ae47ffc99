import { EngineError } from '../errors.js'

/** Makes the bytes of a safetensors file with this header text and this many bytes of data. */
export function bytesOf(header: string, dataBytes = 0, statedLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.byteLength + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, statedLength ?? BigInt(text.byteLength), true)
  bytes.set(text, 8)
  return bytes
}

/** Describes one tensor, `w`, two F32 values unless other fields are given. */
export const tensor = (fields: Record<string, unknown>) =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } })

/** Waits for work to fail with an EngineError and returns it. */
export async function errorOf(work: Promise<unknown>): Promise<EngineError> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  if (!EngineError.is(error)) throw error
  return error
}
