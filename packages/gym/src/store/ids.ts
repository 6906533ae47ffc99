/** Crockford's base 32: no letter that looks like a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** What the id of a record starts with. */
export type IdPrefix = 'run' | 'eval' | 'dep'

/**
 * Makes an id that people can read and that sorts by time: `run-20261126-055012-k3f9` (UTC, then four random letters).
 * `now` is milliseconds since the epoch; `random` gives at least four random bytes, e.g. `() => randomBytes(4)`.
 */
export function newId(prefix: IdPrefix, now: number, random: () => Uint8Array): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  const letters = Array.from(random().subarray(0, 4), (byte) => alphabet[byte % alphabet.length]).join('')
  return `${prefix}-${stamp}-${letters}`
}
