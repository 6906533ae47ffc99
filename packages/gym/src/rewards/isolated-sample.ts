import { GymError, messageOf } from '../errors.js'
import type { RewardSample } from '../trip.js'

const isolated = new WeakSet<RewardSample>()

/** Copied by structuredClone as they are; instances of classes derived from them are not. */
const clonable: ReadonlySet<unknown> = new Set([
  Date.prototype,
  RegExp.prototype,
  ArrayBuffer.prototype,
  DataView.prototype,
])
const typedArray: unknown = Object.getPrototypeOf(Uint8Array.prototype)

/**
 * Copies what a reward gets, so that nothing it does to its argument reaches prompts or other samples: a changed row would
 * be trained on, and a run that was resumed would differ from one that was not. A sample that is such a copy is returned as
 * it is: the parts of a combined reward share one.
 *
 * Covers plain objects, arrays, maps, sets, dates, regular expressions, buffers and typed arrays. Not covered: instances of
 * other classes, functions and SharedArrayBuffers, which cannot be copied faithfully and are handed on.
 *
 * @throws GymError `row-not-copied` (data) for columns that are nested too deeply.
 */
export function isolatedSample(sample: RewardSample): RewardSample {
  if (isolated.has(sample)) return sample
  const { row, messages } = sample
  const seen = new Map<object, unknown>()
  try {
    const copy = { ...sample, row: { ...row, columns: copied(row.columns, seen) }, messages: copied(messages, seen) }
    isolated.add(copy)
    return copy
  } catch (cause) {
    const message = `row ${row.index} could not be copied for the reward: ${messageOf(cause)}; nest its columns less deeply, or leave out what throws when it is read`
    throw new GymError('data', 'row-not-copied', message, { cause })
  }
}

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
  if (prototype !== Object.prototype && prototype !== null) return copiedBuiltIn(value, prototype, seen) as T
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

/** Goes by the very prototype: what a class adds, private fields above all, would be lost. */
function copiedBuiltIn(value: object, prototype: unknown, seen: Map<object, unknown>): unknown {
  if (prototype === Map.prototype) {
    const map = new Map<unknown, unknown>()
    seen.set(value, map)
    for (const [key, item] of value as Map<unknown, unknown>) map.set(copied(key, seen), copied(item, seen))
    return map
  }
  if (prototype === Set.prototype) {
    const set = new Set<unknown>()
    seen.set(value, set)
    for (const item of value as Set<unknown>) set.add(copied(item, seen))
    return set
  }
  const copy = copiedBytes(value, prototype)
  seen.set(value, copy)
  return copy
}

function copiedBytes(value: object, prototype: unknown): object {
  if (prototype === Buffer.prototype) return Buffer.from(value as Buffer)
  // Only what it shows: the memory behind it may be far larger.
  if (Object.getPrototypeOf(prototype) === typedArray) return (value as Uint8Array).slice()
  return clonable.has(prototype) ? structuredClone(value) : value
}
