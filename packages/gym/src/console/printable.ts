// A model can write terminal escapes, and bidirectional controls that reorder a line: both are shown, never obeyed.
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' }

/** Makes text safe to print on one line: control characters are written out as `\n`, `\e`, `\x07`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0)
    const hex = code.toString(16)
    return named[character] ?? (code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
  })
}

/** Makes several lines safe to print as several lines; a tab becomes two spaces, all other controls are written out. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => printable(line.replaceAll('\t', '  ')))
}

/** Joins a poem's lines as poems are quoted, `old pond / a frog leaps in`, safe to print. */
export function printableVerse(text: string): string {
  return printableLines(text.trim())
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' / ')
}
