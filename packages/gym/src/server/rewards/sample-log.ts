import { closeSync, fstatSync, openSync, readSync, write, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { GymError, messageOf } from '../../errors.js'

/** Lines wait this long for others before they are written together, milliseconds. */
const FLUSH_MS = 100
/** Text that may wait for the disk before writers must, characters. */
const MAX_WAITING = 8 * 1024 * 1024

/** A file of JSON lines that samples are appended to, many at a time. */
export class SampleLog implements AsyncDisposable {
  /** What writing failed with first; samples are scored all the same. */
  problem: string | null = null
  readonly #fd: number
  #waiting: string[] = []
  #waitingLength = 0
  #isWriting = false
  #timer: NodeJS.Timeout | undefined
  #drained: (() => void)[] = []

  /** Opens or makes the file and its folder; throws GymError `log-not-writable` (store). */
  constructor(file: string) {
    try {
      makeFolder(dirname(file))
      this.#fd = openSync(file, 'a+')
      // A process that was killed may have left half a line; the next one must not continue it.
      if (endsInHalfLine(this.#fd)) writeSync(this.#fd, '\n')
    } catch (cause) {
      const message = `the log of samples ${file} cannot be written: ${messageOf(cause)}; give another file`
      throw new GymError('store', 'log-not-writable', message, { cause })
    }
  }

  /** Takes one line, without its line break. Resolves at once, or when the disk has caught up. */
  async add(line: string): Promise<void> {
    this.#waiting.push(line)
    this.#waitingLength += line.length
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS)
    if (this.#waitingLength <= MAX_WAITING) return
    this.#flush()
    await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  /** Writes what waits, and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush()
    if (this.#isWriting) await new Promise<void>((resolve) => this.#drained.push(resolve))
    clearTimeout(this.#timer)
    closeSync(this.#fd)
  }

  #takeWaiting(): string {
    const text = `${this.#waiting.join('\n')}\n`
    this.#waiting = []
    this.#waitingLength = 0
    return text
  }

  #flush(): void {
    if (this.#isWriting || this.#waiting.length === 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isWriting = true
    const bytes = Buffer.from(this.#takeWaiting())
    const writeFrom = (offset: number) => {
      write(this.#fd, bytes, offset, bytes.length - offset, null, (error, written) => {
        if (error === null && offset + written < bytes.length) {
          writeFrom(offset + written)
          return
        }
        this.problem ??= error === null ? null : messageOf(error)
        this.#isWriting = false
        if (this.#waiting.length > 0) this.#flush()
        else for (const resolve of this.#drained.splice(0)) resolve()
      })
    }
    writeFrom(0)
  }
}

function endsInHalfLine(fd: number): boolean {
  const { size } = fstatSync(fd)
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  return last[0] !== 10
}
