/** Writes words as one line that bash reads as exactly these words. */
export function shellQuoted(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

function quoted(word: string): string {
  // Inside single quotes bash changes nothing, so only a single quote needs care.
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
