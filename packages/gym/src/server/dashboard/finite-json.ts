/** Numbers of a type that may be missing once they have crossed JSON. */
export type FiniteJson<T> = T extends number
  ? number | null
  : T extends object
    ? { -readonly [Key in keyof T]: FiniteJson<T[Key]> }
    : T

/** Puts null in place of NaN and the infinities, which JSON cannot carry; the page shows them as "not a number". */
export function finiteJson<T>(value: T): FiniteJson<T> {
  return replaced(value) as FiniteJson<T>
}

function replaced(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map(replaced)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]))
}
