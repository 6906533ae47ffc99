import type { Comparison } from './compare-evals.js'
import { fewestPairs } from './statistics/paired-comparison.js'

/** Below this a mean of differences is what adding floating-point numbers leaves of 0. */
const roundingError = 1e-12

type Facts = Omit<Comparison, 'sentence'>

/** Says what a comparison shows in plain words, with interval, p and number of prompts; `comparisons` were made together. */
export function comparisonSentence(facts: Facts, comparisons = 1): string {
  const { a, b, difference, ci, verdict, moreNeeded } = facts
  const size = points(Math.abs(difference), ci)
  const evidence = (range: readonly [number, number]) => `(${evidenceOf(facts, range, comparisons)})`
  switch (verdict) {
    case 'better':
      return `${b} is better than ${a} by ${size} points ${evidence(ci)}`
    case 'worse':
      return `${b} is worse than ${a} by ${size} points ${evidence([-ci[1], -ci[0]])}`
    case 'not shown': {
      const few =
        facts.nPrompts < fewestPairs() ? `; too few prompts to show any difference: ${fewestPairs()} at least` : ''
      if (difference === 0) return `${b} and ${a} score the same ${evidence(ci)}${few}`
      const seen = `${b} scored ${size} points ${difference > 0 ? 'higher' : 'lower'}`
      const range: readonly [number, number] = difference > 0 ? ci : [-ci[1], -ci[0]]
      const hint =
        moreNeeded === null
          ? ''
          : `; if a difference of this size is real, about ${moreNeeded.toLocaleString('en-US')} more prompts would show it`
      return `no difference between ${a} and ${b} is shown: ${seen} ${evidence(range)}${few}${hint}`
    }
  }
}

function evidenceOf(facts: Facts, [low, high]: readonly [number, number], comparisons: number): string {
  const { a, b, ci, p, nPrompts, unpaired, scorers } = facts
  const parts = [
    intervalOf(ci, [low, high]),
    comparisons > 1 ? `${chance(p)} corrected for ${comparisons} comparisons` : chance(p),
    count(nPrompts, 'prompt'),
  ]
  if (unpaired > 0) parts.push(`${count(unpaired, 'prompt')} scored in one of them only left out`)
  if (scorers !== undefined) parts.push(`${a} scored by "${scorers[0]}", ${b} by "${scorers[1]}"`)
  return parts.join(', ')
}

function intervalOf(ci: Facts['ci'], [low, high]: readonly [number, number]): string {
  if (!Number.isFinite(low)) return 'one prompt gives no interval'
  // An interval without width is that of equal differences, and would read as certainty.
  if (low === high) return 'equal differences give no interval'
  return `95 % interval ${points(low, ci)} to ${points(high, ci)}`
}

function chance(p: number): string {
  if (p < 0.0001) return 'p < 0.0001'
  return p < 0.001 ? `p = ${p.toFixed(4)}` : `p = ${p.toFixed(3)}`
}

/** Two decimals, or as many as tell the ends of the interval apart; what they would round to 0 keeps two digits and its sign. */
function points(value: number, [low, high]: readonly [number, number]): string {
  const width = high - low
  const needed = width > 0 && Number.isFinite(width) ? Math.ceil(-Math.log10(width) + 0.5) : 2
  const text = value.toFixed(Math.min(Math.max(needed, 2), 8))
  if (Number(text) !== 0) return text
  return Math.abs(value) < roundingError ? text.replace('-', '') : value.toPrecision(2)
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`
}
