import { type FileHandle, open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { createLineCutter } from '../cut-lines.js'
import { interrupted, pause } from '../interrupted.js'

export interface FollowOptions {
  /** Asked before each look for more, of the file as it was opened: true means that nothing is added to it any more. */
  readonly hasEnded: (opened: FileHandle) => boolean | Promise<boolean>
  /** Names the wait for messages. */
  readonly what: string
  readonly signal?: AbortSignal
  /** Pause between two looks for more, milliseconds. Default 50. */
  readonly pollMs?: number
}

/** Gives each line of a growing file from its start, until it has ended and was read to its end. */
export async function* followFile(file: string, options: FollowOptions): AsyncGenerator<string> {
  const { hasEnded, what, signal, pollMs = 50 } = options
  const handle = await open(file, 'r')
  try {
    const decoder = new StringDecoder('utf8')
    const cutter = createLineCutter()
    const buffer = Buffer.alloc(65_536)
    for (let position = 0; ; ) {
      if (signal?.aborted) throw interrupted(what, signal)
      // Asked first: what was written before the end is then certainly in the read that follows.
      const isLast = await hasEnded(handle)
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
      position += bytesRead
      yield* cutter.push(decoder.write(buffer.subarray(0, bytesRead)))
      if (bytesRead > 0) continue
      if (isLast) break
      await pause(pollMs, what, signal)
    }
    yield* cutter.push(decoder.end())
    yield* cutter.end()
  } finally {
    await handle.close()
  }
}
