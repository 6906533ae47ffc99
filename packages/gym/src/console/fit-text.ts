import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Measures how many terminal columns a text takes; emoji and CJK take two. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Cuts plain text (no colour codes) to at most `columns` columns, with `…` where something was cut, never mid-character. */
export function truncateToWidth(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (widthOf(text) <= columns) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const width = widthOf(segment)
    if (used + width > columns - 1) break
    kept += segment
    used += width
  }
  return `${kept.trimEnd()}…`
}

/** Fills a text with spaces up to `columns` columns. */
export function padToWidth(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + fill : fill + text
}

/** Breaks plain text into lines of at most `columns` columns at spaces; a longer word stays whole. */
export function wrapToWidth(text: string, columns: number): string[] {
  return joinToWidth(text.split(' '), ' ', columns)
}

/** Joins parts into lines of at most `columns` columns, breaking only between parts; a longer part stays whole. */
export function joinToWidth(parts: readonly string[], separator: string, columns: number): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const current = lines.at(-1)
    const extended = `${current}${separator}${part}`
    if (current === undefined || widthOf(extended) > columns) lines.push(part)
    else lines[lines.length - 1] = extended
  }
  return lines
}
