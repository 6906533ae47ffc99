import { countSyllables } from './count-syllables.js'

/** Syllables of the three lines of a haiku. */
export const haikuSyllables: readonly number[] = [5, 7, 5]

/** What a text that is not three lines scores. */
export const notThreeLinesScore = -10

/**
 * Scores a text as a haiku: minus the syllables that its three lines are off from 5, 7 and 5, so 0 is exact; -10 when it
 * has not exactly three non-empty lines. The rule of Modal's training-gym tutorial, which states no lower bound.
 *
 * @example
 * scoreHaiku('An old silent pond\nA frog jumps into the pond\nSplash! Silence again') // 0
 */
export function scoreHaiku(text: string): number {
  const lines = nonEmptyLines(text)
  if (lines.length !== haikuSyllables.length) return notThreeLinesScore
  let off = 0
  for (const [place, wanted] of haikuSyllables.entries()) off += Math.abs(countSyllables(lines[place] ?? '') - wanted)
  // Without the sum, an exact haiku would score -0.
  return 0 - off
}

/** Splits a text into its lines, trimmed, empty ones left out. */
export function nonEmptyLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
