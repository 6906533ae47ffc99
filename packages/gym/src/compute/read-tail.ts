import { open } from 'node:fs/promises'

/** Reads the last lines of a text file, at most `maxBytes` (default 4,096) of it; empty when there is no such file. */
export async function readTail(file: string, maxBytes = 4096): Promise<string> {
  let handle: Awaited<ReturnType<typeof open>>
  try {
    handle = await open(file, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - maxBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
    const text = buffer.toString('utf8', 0, bytesRead)
    // A cut first line would start in the middle of a word, or of a character.
    return (start > 0 ? text.slice(text.indexOf('\n') + 1) : text).trimEnd()
  } finally {
    await handle.close()
  }
}
