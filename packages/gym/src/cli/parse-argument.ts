import { InvalidArgumentError } from 'commander'

/** Reads a whole number that is not negative from a command-line argument. */
export function parseWholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}

/** Reads a whole number of at least one from a command-line argument. */
export function parseCount(text: string): number {
  const value = parseWholeNumber(text)
  if (value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return value
}

/** Reads any finite number from a command-line argument. */
export function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.')
  return value
}

/** Reads a TCP port; 0 lets the system choose one. */
export function parsePort(text: string): number {
  const value = parseWholeNumber(text)
  if (value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.')
  return value
}
