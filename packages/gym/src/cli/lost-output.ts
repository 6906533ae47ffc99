import type { Writable } from 'node:stream'

/** What a command prints to, and what becomes of its exit code when that is lost. */
export interface Output {
  /** Waits until all that was printed is taken or lost, and tells with which code the process should end. */
  settle(exitCode: number): Promise<number>
  /** True once a terminal that was written to is closed. */
  isTerminalGone(): boolean
}

export interface OutputOptions {
  readonly stdout: Writable
  readonly stderr: Writable
  /** Told once, when nobody reads stdout any more. */
  readonly onReaderGone: () => void
}

/** A closed pipe, a closed terminal: there is nobody left to tell, and nothing wrong with what was to be told. */
const readerGoneCodes: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO', 'ENXIO', 'ECONNRESET'])

/**
 * Keeps the loss of an output from ending the work behind it: a reader that has gone (`| head`, a closed terminal) changes
 * nothing, not even the exit code. An output that could not be written, as on a full disk, is a failure: exit code 3.
 */
export function watchOutput({ stdout, stderr, onReaderGone }: OutputOptions): Output {
  let isReaderGone = false
  let isTerminalGone = false
  let unwritten: NodeJS.ErrnoException | null = null
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!readerGoneCodes.has(error.code)) unwritten ??= error
    else if (!isReaderGone) {
      isReaderGone = true
      onReaderGone()
    }
  })
  // What is lost here is progress and messages; where they go to a terminal or a file, a run keeps a log of its own.
  for (const stream of [stdout, stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      isTerminalGone ||= code === 'EIO'
    })
  }
  return {
    isTerminalGone: () => isTerminalGone,
    async settle(exitCode) {
      await flushed(stdout)
      if (unwritten !== null) {
        stderr.write(
          `error: the output could not be written (${unwritten.message}); free the disk, or send it elsewhere\n`,
        )
      }
      await flushed(stderr)
      return exitCode === 0 && unwritten !== null ? 3 : exitCode
    },
  }
}

/** Waits for what a pipe has not taken yet: leaving earlier would cut it off. What is lost is not waited for. */
async function flushed(stream: Writable): Promise<void> {
  if (stream.errored === null) {
    await new Promise<void>((resolve) => {
      stream.once('error', () => resolve())
      stream.write('', () => resolve())
    })
  }
  // A stream tells its error a turn later than it knows it.
  await new Promise((resolve) => setImmediate(resolve))
}
