import { StringDecoder } from 'node:string_decoder'

/** Longest line kept, in characters; what a line has beyond it is dropped. */
const MAX_LINE = 65_536

/** Cuts a byte stream into lines and calls `onLine` for each, without its line break. */
export function createLineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let partial = ''
  return (chunk) => {
    const lines = (partial + decoder.write(chunk)).split('\n')
    partial = (lines.pop() ?? '').slice(0, MAX_LINE)
    for (const line of lines) onLine(line.slice(0, MAX_LINE).replace(/\r$/, ''))
  }
}
