import { padToWidth, widthOf, wrapToWidth } from '../../console/fit-text.js'
import { printableLines } from '../../console/printable.js'

/** What stands between two columns. */
const gap = ' │ '

/** Columns of a terminal from which on two answers stand beside each other. */
export const sideBySideFrom = 80

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Lays two texts out beside each other in `columns` columns, safe to print; longer lines and words are broken. */
export function sideBySide(left: string, right: string, columns: number): string[] {
  const width = Math.max(1, Math.floor((columns - widthOf(gap)) / 2))
  const [lines, others] = [fitted(left, width), fitted(right, width)]
  return Array.from({ length: Math.max(lines.length, others.length) }, (_, index) =>
    `${padToWidth(lines[index] ?? '', width)}${gap}${others[index] ?? ''}`.trimEnd(),
  )
}

function fitted(text: string, width: number): string[] {
  return printableLines(text.trimEnd())
    .flatMap((line) => wrapToWidth(line, width))
    .flatMap((line) => cut(line, width))
}

/** Cuts a word that is wider than the column, never inside a character. */
function cut(line: string, width: number): string[] {
  if (widthOf(line) <= width) return [line]
  const parts = ['']
  let used = 0
  for (const { segment } of graphemes.segment(line)) {
    const wide = widthOf(segment)
    if (used + wide > width && used > 0) {
      parts.push('')
      used = 0
    }
    parts[parts.length - 1] += segment
    used += wide
  }
  return parts
}
