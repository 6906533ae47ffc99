/** Longest line kept, in characters; what a line has beyond it is dropped. */
const MAX_LINE = 65_536

/** Cuts text that arrives in pieces into lines, without their line breaks. */
export interface LineCutter {
  /** Takes the next piece and returns the lines that it completes. */
  push(text: string): readonly string[]
  /** Returns what is left without a line break, as a last line, if anything is. */
  end(): readonly string[]
}

/** Creates a cutter that has seen nothing. */
export function createLineCutter(): LineCutter {
  let partial = ''
  return {
    push(text) {
      const lines = (partial + text).split('\n')
      partial = (lines.pop() ?? '').slice(0, MAX_LINE)
      return lines.map(shorten)
    },
    end() {
      const last = shorten(partial)
      partial = ''
      return last === '' ? [] : [last]
    },
  }
}

function shorten(line: string): string {
  return line.slice(0, MAX_LINE).replace(/\r$/, '')
}
