import type { RewardSample } from '../trip.js'

/**
 * Copies what a reward gets, so that nothing it does to its argument reaches prompts or other samples: a changed row would
 * be trained on, and a run that was resumed would differ from one that was not.
 */
export function isolatedSample(sample: RewardSample): RewardSample {
  const { row, messages } = sample
  const seen = new Map<object, unknown>()
  return { ...sample, row: { ...row, columns: copied(row.columns, seen) }, messages: copied(messages, seen) }
}

/** Copies arrays and plain objects; anything else, such as a Date, is handed on as it is. */
function copied<T>(value: T, seen: Map<object, unknown>): T {
  if (typeof value !== 'object' || value === null) return value
  const before = seen.get(value)
  if (before !== undefined) return before as T
  if (Array.isArray(value)) {
    const list: unknown[] = []
    seen.set(value, list)
    for (const item of value) list.push(copied(item as unknown, seen))
    return list as T
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const copy = Object.create(prototype) as Record<string, unknown>
  seen.set(value, copy)
  for (const [key, item] of Object.entries(value)) {
    const inside = copied(item as unknown, seen)
    // A column may be called so, and setting it would change what the copy is.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: inside, enumerable: true, writable: true })
    else copy[key] = inside
  }
  return copy as T
}
