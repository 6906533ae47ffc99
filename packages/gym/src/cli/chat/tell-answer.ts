import { printableLines } from '../../console/printable.js'

export interface TellOptions {
  readonly stdout: NodeJS.WritableStream
  /** True makes the text harmless for a terminal; a file or a program gets it as the model wrote it. */
  readonly isShown: boolean
  /** True writes nothing. */
  readonly isSilent: boolean
}

/** Writes an answer as it comes, with a line break at its end, and returns the whole of it. */
export async function tellAnswer(pieces: AsyncIterable<string>, options: TellOptions): Promise<string> {
  const { stdout, isShown, isSilent } = options
  let response = ''
  let held = ''
  const write = (text: string) => {
    if (!isSilent && text !== '') stdout.write(isShown ? printableLines(text).join('\n') : text)
  }
  for await (const piece of pieces) {
    response += piece
    // Half a surrogate pair, or a carriage return whose newline is still to come, waits for its other half.
    const text = held + piece
    const isHalf = /[\ud800-\udbff\r]$/.test(text)
    held = isHalf ? text.slice(-1) : ''
    write(isHalf ? text.slice(0, -1) : text)
  }
  write(held)
  if (!isSilent) stdout.write('\n')
  return response
}
