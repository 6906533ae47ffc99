import type { MeanInterval } from './statistics/bootstrap-interval.js'
import { shareAlike, sharedMean, unitsToShow } from './statistics/equal-scores.js'

/** Whether a mean is shown to reach a value. */
export interface Reached {
  readonly passed: boolean
  /** What it is shown to reach; -Infinity where nothing bounds it. */
  readonly low: number
  /** In words what `low` is, or why there is none. */
  readonly told: string
}

export interface ReachedOptions {
  readonly min: number
  /** Confidence of the interval. */
  readonly confidence: number
  /** Which interval it is, for sentences: `the interval`. */
  readonly what: string
}

/** Share of all prompts that equal prompts must speak for before their score counts as a lower end. */
const shareToSpeakFor = 0.95

/**
 * Judges whether a mean is shown to be at least `min`: the lower end of its interval is. Except where all prompts have the
 * same mean and nothing below it was seen or is known, so that the lower end is this very mean, as if it were certain. So
 * many prompts must share it then that it is shown for at least 95 % of all (72 at 95 % confidence; a bound without
 * assumptions, after Wilks 1941). What the others may score nobody knows, and `told` says no more than that.
 */
export function shownToReach(
  groups: readonly (readonly number[])[],
  { mean, ci: [low] }: MeanInterval,
  { min, confidence, what }: ReachedOptions,
): Reached {
  const n = groups.length
  const passed = low >= min
  if (!Number.isFinite(low)) {
    const why = groups[0]?.length === 1 ? 'one prompt gives no interval' : 'equal scores of one prompt give no interval'
    return { passed, low, told: `the lower end of ${what} is unbounded, as ${why}` }
  }
  if (n === 1)
    return { passed, low, told: `the lower end of ${what}, for one prompt alone, is ${shownBeside(min, low)}` }
  if (low < mean || sharedMean(groups) === null) {
    return { passed, low, told: `the lower end of ${what} is ${shownBeside(min, low)}` }
  }
  const seen = `all ${n.toLocaleString('en-US')} prompts have the mean score ${shownScore(mean)}`
  if (!passed) return { passed, low, told: seen }
  const needed = unitsToShow(shareToSpeakFor, confidence)
  if (n < needed) {
    const told = `${seen}, and equal scores give no interval; ask at least ${needed.toLocaleString('en-US')} prompts`
    return { passed: false, low: Number.NEGATIVE_INFINITY, told }
  }
  // Rounded down, since it is a bound.
  const share = Math.floor(shareAlike(n, confidence) * 1000) / 10
  return { passed, low, told: `${seen}, as at ${shownPercent(confidence)} confidence have at least ${share} % of all` }
}

/** Shows a score in a sentence, with four digits. */
export function shownScore(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** Shows a score with as many digits more as tell on which side of `min` it is. */
function shownBeside(min: number, value: number): string {
  for (let digits = 4; digits < 17; digits += 1) {
    const rounded = Number(value.toPrecision(digits))
    if (rounded >= min === value >= min) return String(rounded)
  }
  return String(value)
}

/** Shows a share as `95 %`. */
export function shownPercent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}
