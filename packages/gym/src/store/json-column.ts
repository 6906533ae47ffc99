import { GymError } from '../errors.js'

/**
 * Writes a value as JSON without losing NaN and the infinities, which plain JSON turns into null: they become
 * `{"$number":"NaN"}`. BigInts become decimal strings. Throws GymError 'store' for what JSON cannot hold (a cycle).
 */
export function encodeJson(value: unknown, what: string): string {
  try {
    return JSON.stringify(value ?? null, (_key, item: unknown) => {
      if (typeof item === 'number' && !Number.isFinite(item)) return { $number: String(item) }
      return typeof item === 'bigint' ? item.toString() : item
    })
  } catch (cause) {
    throw new GymError('store', 'not-json', `${what} cannot be kept as JSON; use plain objects, arrays and values`, {
      cause,
    })
  }
}

/** Reads what `encodeJson` wrote. The caller vouches for the type: only this store writes these columns. */
export function decodeJson<T>(text: string): T {
  // A reviver makes parsing several times slower, and few texts need it.
  if (!text.includes('"$number"')) return JSON.parse(text) as T
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || !('$number' in item)) return item
    if (item.$number === 'NaN') return Number.NaN
    if (item.$number === 'Infinity') return Number.POSITIVE_INFINITY
    return item.$number === '-Infinity' ? Number.NEGATIVE_INFINITY : item
  }) as T
}
