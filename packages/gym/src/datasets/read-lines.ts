import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { GymError, messageOf } from '../errors.js'

/** A line of a text file, its end removed. */
export interface TextLine {
  /** 1-based. */
  readonly number: number
  readonly text: string
}

/** Characters of the longest line that is accepted; a file without line ends must not fill the memory. */
const longestLine = 64 * 2 ** 20

/**
 * Streams the lines of a UTF-8 file, decompressing it when its name ends in `.gz`. A byte order mark is dropped; lines end
 * with LF or CRLF.
 *
 * Throws a GymError ('data') when the file is missing, is no file, is not UTF-8, is damaged, or has a line over 64 Mi
 * characters.
 */
export async function* readLines(path: string, signal?: AbortSignal): AsyncGenerator<TextLine> {
  let number = 0
  const file = createReadStream(path, { signal })
  try {
    const bytes = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
    // `pipe` does not carry errors over.
    if (bytes !== file) file.on('error', (error) => bytes.destroy(error))
    for await (const text of splitLines(bytes as AsyncIterable<Uint8Array>, path)) yield { number: ++number, text }
  } catch (error) {
    if (GymError.is(error)) throw error
    if (signal?.aborted === true) {
      throw new GymError('interrupted', 'aborted', `reading ${path} was interrupted`, { cause: error })
    }
    throw new GymError('data', 'unreadable-file', whyUnreadable(error, path, number), { cause: error })
  } finally {
    // A reader that stops early must not leave the file open behind the decompressor.
    file.destroy()
  }
}

/** Splits bytes into lines without their ends; the last line need not have one. Throws a GymError ('data') as `readLines` does. */
export async function* splitLines(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let count = 0
  const decoded = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch (error) {
      const message = `${name} is not UTF-8 text after line ${count}; convert it`
      throw new GymError('data', 'unreadable-file', message, { cause: error })
    }
  }
  for await (const chunk of bytes) {
    const [first = '', ...others] = decoded(chunk).split('\n')
    rest += first
    for (const begun of others) {
      count++
      yield withoutReturn(rest)
      rest = begun
    }
    if (rest.length > longestLine) {
      throw new GymError(
        'data',
        'line-too-long',
        `${name} has a line of more than ${longestLine} characters; is it text?`,
      )
    }
  }
  rest += decoded()
  if (rest !== '') yield withoutReturn(rest)
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function whyUnreadable(error: unknown, path: string, linesRead: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return `there is no file ${path}; check the path`
  if (code === 'EISDIR') return `${path} is a folder; give a file`
  if (code === 'EACCES') return `${path} may not be read by this user; change its permissions`
  return `${path} cannot be read after line ${linesRead}: ${messageOf(error)}`
}
