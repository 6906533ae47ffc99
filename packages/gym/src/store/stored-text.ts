/** A character for private use (Unicode 23.5) that begins an escape. */
const mark = '\uE000'

/**
 * Writes a text so that SQLite gives back all of it: reading ends at the first NUL (libsql 0.5), though the whole is kept.
 * Texts without a NUL, which are all but those of a model gone wild, stay as they are.
 */
export function storedText(text: string): string {
  if (!text.includes('\0') && !text.includes(mark)) return text
  return text.replaceAll(mark, `${mark}1`).replaceAll('\0', `${mark}0`)
}

/** Reads what `storedText` wrote. */
export function readText(stored: string): string {
  if (!stored.includes(mark)) return stored
  return stored.replaceAll(`${mark}0`, '\0').replaceAll(`${mark}1`, mark)
}
