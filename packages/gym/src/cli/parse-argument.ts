import { InvalidArgumentError } from 'commander'

/** Reads a whole number that is not negative from a command-line argument. */
export function parseWholeNumber(text: string): number {
  return wholeNumber(text, 'It must be a whole number, 0 or more.')
}

/** Reads a whole number of at least one from a command-line argument. */
export function parseCount(text: string): number {
  return wholeNumber(text, 'It must be a whole number, 1 or more.', 1)
}

/** Reads a TCP port; 0 lets the system choose one. */
export function parsePort(text: string): number {
  return wholeNumber(text, 'It must be a port, 0 to 65535.', 0, 65_535)
}

/** Reads any finite number from a command-line argument. */
export function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.')
  return value
}

/** Reads the name of a folder; an empty one, as an unset variable of a shell leaves it, would mean the working folder. */
export function parseFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must be the name of a folder; . is this one.')
  return text
}

function wholeNumber(text: string, wanted: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text)
  if (!/^\d{1,15}$/.test(text) || value < least || value > most) throw new InvalidArgumentError(wanted)
  return value
}
