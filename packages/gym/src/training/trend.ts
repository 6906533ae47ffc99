/** How a figure moved over a window of steps: the mean of its older half, of its newer half, and what is noise. */
export interface Trend {
  readonly from: number
  readonly to: number
  /** Standard error of `to - from`, from how much single steps scatter inside each half. */
  readonly noise: number
  /** Steps that had a number. */
  readonly steps: number
}

/** Steps below which nothing is said about a direction. */
const FEWEST_STEPS = 10

/** Compares the newer half of a series with its older half; null where too few of the values are finite. */
export function trendOf(values: readonly number[]): Trend | null {
  const known = values.filter(Number.isFinite)
  if (known.length < FEWEST_STEPS) return null
  const middle = Math.floor(known.length / 2)
  const [older, newer] = [spreadOf(known.slice(0, middle)), spreadOf(known.slice(middle))]
  return {
    from: older.mean,
    to: newer.mean,
    noise: Math.sqrt(older.squaredError + newer.squaredError),
    steps: known.length,
  }
}

/** Tells whether a trend goes up (1), down (-1), or nowhere that its noise allows to tell (0). */
export function directionOf({ from, to, noise }: Trend): -1 | 0 | 1 {
  const change = to - from
  // Two standard errors: about one window in twenty without any change would pass.
  if (Math.abs(change) <= 2 * noise || change === 0) return 0
  return change > 0 ? 1 : -1
}

function spreadOf(values: readonly number[]): { mean: number; squaredError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, squaredError: squares / (values.length - 1) / values.length }
}
