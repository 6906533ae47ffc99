/** Writes a second that the open streams may make together; it sets how long a stream rests after a write. */
const WRITES_PER_SECOND = 2000
/** A rest shorter than this joins next to nothing and is left out, milliseconds: so 20 streams never wait. */
const SHORTEST_REST_MS = 10
/** The longest rest by default, milliseconds: text still seems to flow. */
const LONGEST_REST_MS = 150

export interface WritePacerOptions {
  /** The longest that text may wait for more of its stream, milliseconds; 0 writes everything at once. Default 150. */
  readonly longestRestMs?: number | undefined
}

/** One open stream. */
export interface PacedWriter {
  /** Writes text at once or, if the stream has just written, together with what comes until its rest is over. */
  write(text: string): void
  /** Ends the stream: nothing is written any more. Returns what has waited. */
  close(): string
}

interface Stream {
  waiting: string
  readonly send: (text: string) => void
}

/**
 * Bounds how often many streams write. Every write costs a system call here and one in the client, so with hundreds of
 * streams one write a token takes more of the processor than the model leaves. After a write a stream rests for as long
 * as there are streams, half a millisecond each, and what comes meanwhile leaves in one piece, in order. A stream that
 * was silent for as long writes at once: so its first token never waits, nor does any token of a slow model.
 */
export class WritePacer {
  readonly #longestRestMs: number
  readonly #resting = new Set<Stream>()
  #openStreams = 0
  /** One for all streams; it runs while any of them rests. */
  #timer: NodeJS.Timeout | null = null

  constructor({ longestRestMs = LONGEST_REST_MS }: WritePacerOptions = {}) {
    this.#longestRestMs = longestRestMs
  }

  /** Opens a stream whose text goes to `send`. It must be closed. */
  open(send: (text: string) => void): PacedWriter {
    const stream: Stream = { waiting: '', send }
    let isOpen = true
    this.#openStreams++
    return {
      write: (text) => {
        if (!isOpen) return
        stream.waiting += text
        if (!this.#resting.has(stream)) this.#flush(stream)
      },
      close: () => {
        if (isOpen) this.#remove(stream)
        isOpen = false
        return stream.waiting
      },
    }
  }

  #restMs(): number {
    const restMs = Math.min((this.#openStreams / WRITES_PER_SECOND) * 1000, this.#longestRestMs)
    return restMs > SHORTEST_REST_MS ? restMs : 0
  }

  #flush(stream: Stream): void {
    const text = stream.waiting
    stream.waiting = ''
    const restMs = this.#restMs()
    if (restMs > 0) {
      this.#resting.add(stream)
      this.#timer ??= setTimeout(() => this.#endRests(), restMs)
    }
    stream.send(text)
  }

  #endRests(): void {
    this.#timer = null
    const rested = [...this.#resting]
    this.#resting.clear()
    for (const stream of rested) if (stream.waiting !== '') this.#flush(stream)
  }

  #remove(stream: Stream): void {
    this.#openStreams--
    this.#resting.delete(stream)
    if (this.#resting.size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }
}
