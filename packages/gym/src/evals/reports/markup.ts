import { printable, printableLines } from '../../console/printable.js'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Makes one line of text safe in HTML and XML, as content and as a quoted attribute; control characters are written out. */
export function markupLine(text: string): string {
  return escaped(printable(text))
}

/** Does the same for several lines, which stay several. */
export function markupLines(text: string): string {
  return printableLines(text).map(escaped).join('\n')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
