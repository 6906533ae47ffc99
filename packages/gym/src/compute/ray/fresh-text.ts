/** How much of what was seen is kept to find it again, characters. */
const KNOWN = 4096

/** Tells of each state of a growing text what is new in it. */
export interface FreshText {
  /** Returns what has come since the last call, and whether something between the two is lost. */
  next(text: string): { readonly fresh: string; readonly hasGap: boolean }
}

/**
 * Follows a text that is always given whole, until it gets so long that only its end is given: then the place where the
 * last one ended is looked for in it.
 */
export function createFreshText(): FreshText {
  let seen = 0
  let known = ''
  return {
    next(text) {
      const isWhole = text.length >= seen && text.startsWith(known, seen - known.length)
      const found = isWhole ? seen : text.lastIndexOf(known)
      const from = isWhole ? seen : found < 0 ? 0 : found + known.length
      seen = text.length
      known = text.slice(-KNOWN)
      return { fresh: text.slice(from), hasGap: !isWhole && found < 0 }
    },
  }
}
