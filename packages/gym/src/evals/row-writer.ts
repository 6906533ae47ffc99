import type { EvalRowRecord } from '../store/records.js'

export interface RowWriterOptions {
  /** Keeps rows; all or none. */
  readonly write: (rows: readonly EvalRowRecord[]) => Promise<void>
  /** Told once, with the error of the first write that failed. */
  readonly onFailure: (error: unknown) => void
  /** Rows that are written at once, and the bound of the buffer. Default 256. */
  readonly maxRows?: number
  /** Milliseconds that a row waits at most before it is written. Default 100. */
  readonly maxDelayMs?: number
}

/** Keeps rows soon, many in one transaction: a transaction a row costs more than scoring it. */
export interface RowWriter {
  /** Takes the rows of one prompt; they are written together. Waits only while the buffer is full. */
  add(rows: readonly EvalRowRecord[]): Promise<void>
  /** Writes what is still there and throws the first failure, if there was one. */
  end(): Promise<void>
}

/** Makes a writer that a killed process loses at most `maxDelayMs` of. */
export function rowWriter({ write, onFailure, maxRows = 256, maxDelayMs = 100 }: RowWriterOptions): RowWriter {
  let buffer: EvalRowRecord[] = []
  let timer: NodeJS.Timeout | undefined
  let failure: { readonly error: unknown } | undefined
  let writing: Promise<void> = Promise.resolve()

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const rows = buffer
    buffer = []
    writing = writing.then(async () => {
      if (failure !== undefined || rows.length === 0) return
      try {
        await write(rows)
      } catch (error) {
        failure = { error }
        onFailure(error)
      }
    })
    return writing
  }

  return {
    async add(rows) {
      buffer.push(...rows)
      if (buffer.length >= maxRows) await flush()
      else timer ??= setTimeout(flush, maxDelayMs)
    },
    async end() {
      await flush()
      if (failure !== undefined) throw failure.error
    },
  }
}
