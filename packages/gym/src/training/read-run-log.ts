import { stat } from 'node:fs/promises'
import { pause } from '../compute/interrupted.js'
import { followFile } from '../compute/local/follow-file.js'

export interface RunLogToRead {
  /** As `runLogFile` names it; what was set aside as `<file>.1` is read first. */
  readonly file: string
  /** Asked before each look for more: true means that the run says nothing any more. */
  readonly hasEnded: () => boolean | Promise<boolean>
  readonly signal?: AbortSignal
  /** Milliseconds between two looks for more. Default 250. */
  readonly pollMs?: number
}

/**
 * Gives the log of a run of this machine line by line, and goes on in the next file when it is set aside while it is read.
 * Nothing where there is no log.
 *
 * @throws GymError 'interrupted' when the signal aborts.
 */
export async function* readRunLog({ file, hasEnded, signal, pollMs = 250 }: RunLogToRead): AsyncGenerator<string> {
  const watch = { what: 'reading the log', signal, pollMs }
  const aside = `${file}.1`
  if ((await inodeAt(aside)) !== null) yield* followFile(aside, { ...watch, hasEnded: () => true })
  for (let isOver = false; !isOver; ) {
    if ((await inodeAt(file)) === null) {
      // A run that has just begun has said nothing yet.
      isOver = await hasEnded()
      if (!isOver) await pause(pollMs, watch.what, signal)
      continue
    }
    yield* followFile(file, {
      ...watch,
      async hasEnded(opened) {
        const { ino } = await opened.stat()
        if ((await inodeAt(file)) !== ino) return true
        isOver = await hasEnded()
        return isOver
      },
    })
  }
}

async function inodeAt(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null)
  return found === null ? null : found.ino
}
