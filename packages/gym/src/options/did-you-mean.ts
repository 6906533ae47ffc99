/**
 * Finds the candidate that a mistyped word most likely meant, or undefined when none is near.
 *
 * Near means, in this order: the same letters in another spelling (`n_rows`, `nrows` for `nRows`), the initials of the
 * word's parts (`learningRate` for `lr`), a beginning of at least three letters that only one candidate has, or few typing
 * slips (insert, delete, replace, swap two neighbours): at most a third of the longer word, and at most three.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(word)
  if (wanted === '') return undefined
  const sameLetters = candidates.find((candidate) => plain(candidate) === wanted)
  if (sameLetters !== undefined) return sameLetters

  const nearest = nearestBySlips(wanted, candidates)
  if (nearest !== undefined) return nearest

  const initials = initialsOf(word)
  const byInitials = candidates.find((candidate) => initials.length > 1 && plain(candidate) === initials)
  if (byInitials !== undefined) return byInitials
  const expanded = candidates.filter((candidate) => wanted.length > 1 && initialsOf(candidate) === wanted)
  if (expanded.length === 1) return expanded[0]

  const begun = candidates.filter((candidate) => wanted.length >= 3 && plain(candidate).startsWith(wanted))
  return begun.length === 1 ? begun[0] : undefined
}

function nearestBySlips(wanted: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const known = plain(candidate)
    const allowed = Math.min(3, Math.floor(Math.max(wanted.length, known.length) / 3))
    const slips = typingSlips(wanted, known)
    if (slips <= allowed && slips < fewest) {
      nearest = candidate
      fewest = slips
    }
  }
  return nearest
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[\s_.-]/g, '')
}

/** `learningRate`, `learning_rate` and `learning-rate` give `lr`. */
function initialsOf(word: string): string {
  return word
    .split(/[\s_.-]+|(?<=[a-z0-9])(?=[A-Z])/)
    .map((part) => part.charAt(0).toLowerCase())
    .join('')
}

/** Counts slips by the optimal string alignment distance (Damerau 1964), keeping three rows of the table. */
function typingSlips(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replace = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      let slips = Math.min(replace, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwap) slips = Math.min(slips, (beforeLast[column - 2] ?? 0) + 1)
      current.push(slips)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
