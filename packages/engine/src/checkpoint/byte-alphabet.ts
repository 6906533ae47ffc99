/**
 * Returns the bytes behind each character of GPT-2's byte-level alphabet: printable Latin-1 characters stand for
 * themselves, the other bytes for U+0100 onwards in their order.
 */
export function byteAlphabet(): ReadonlyMap<string, number> {
  const alphabet = new Map<string, number>()
  let stand = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
    alphabet.set(String.fromCodePoint(isPrintable ? byte : stand++), byte)
  }
  return alphabet
}

/** Returns the bytes of a byte-level token; one that is not written in the alphabet stands for its own UTF-8 bytes. */
export function bytesOfToken(alphabet: ReadonlyMap<string, number>, token: string): Uint8Array {
  const bytes = Array.from(token, (char) => alphabet.get(char))
  const isInAlphabet = (all: readonly (number | undefined)[]): all is number[] => !all.includes(undefined)
  return isInAlphabet(bytes) ? Uint8Array.from(bytes) : new TextEncoder().encode(token)
}
