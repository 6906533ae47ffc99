import { open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { ServerError, Status } from 'nice-grpc'
import type { FakeSandbox } from './fake-sandbox.test.support.js'
import type { FakeWorld } from './fake-world.test.support.js'

const PIECE_BYTES = 4096
const POLL_MS = 25

/** A piece of the output; `entryId` is where the next one begins. */
export interface LogBatch {
  readonly entryId: string
  readonly items: readonly { readonly data: string; readonly fileDescriptor: number }[]
  readonly eof: boolean
}

/** Streams the output of a sandbox from an entry on until it has ended; breaks off where the faults say so. */
export async function* streamFakeLogs(
  world: FakeWorld,
  sandbox: FakeSandbox,
  request: { readonly lastEntryId: string; readonly fileDescriptor: number },
  signal: AbortSignal,
): AsyncGenerator<LogBatch> {
  let position = Number(request.lastEntryId.split('-')[0] ?? 0)
  const file = await open(sandbox.logFile, 'r')
  try {
    for (;;) {
      signal.throwIfAborted()
      const isLast = sandbox.result !== null
      const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position)
      const piece = wholeCharacters(buffer.subarray(0, bytesRead), isLast)
      if (piece.length > 0) {
        position += piece.length
        const items = [{ data: piece.toString('utf8'), fileDescriptor: request.fileDescriptor }]
        yield { entryId: `${position}-0`, items, eof: false }
        if (world.faults.cutLogs > 0) {
          world.faults.cutLogs--
          throw new ServerError(Status.UNAVAILABLE, 'the stream broke off')
        }
        continue
      }
      if (isLast) break
      await delay(POLL_MS, undefined, { signal })
    }
  } finally {
    await file.close()
  }
  yield { entryId: `${position}-0`, items: [], eof: true }
}

/** Leaves a character that is not there to its last byte for the next piece. */
function wholeCharacters(bytes: Buffer, isLast: boolean): Buffer {
  if (isLast && bytes.length < PIECE_BYTES) return bytes
  let first = bytes.length - 1
  while (first > 0 && ((bytes[first] ?? 0) & 0xc0) === 0x80) first--
  const lead = bytes[first] ?? 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return first + length <= bytes.length ? bytes : bytes.subarray(0, first)
}
