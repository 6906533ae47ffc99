/** Differences below this share of the largest value are those of rounding. */
const rounding = 1e-12

/** Returns the mean that all groups have in common, up to rounding, so that nothing tells how much they vary; else null. */
export function sharedMean(groups: readonly (readonly number[])[]): number | null {
  const largest = groups.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const [first] = groups
  if (first === undefined) return null
  const shared = meanOf(first)
  return groups.every((group) => Math.abs(meanOf(group) - shared) <= rounding * largest) ? shared : null
}

/**
 * Bounds the share of all units that are like `n` drawn ones which are all alike: the lower end of the two-sided exact
 * interval (Clopper and Pearson 1934), which for n of n is (alpha / 2)^(1 / n). At 95 % and n = 10 that is 0.69.
 */
export function shareAlike(n: number, confidence: number): number {
  return ((1 - confidence) / 2) ** (1 / n)
}

/** Returns the fewest equal units that show, by `shareAlike`, that at least `share` of all are like them. */
export function unitsToShow(share: number, confidence: number): number {
  return Math.ceil(Math.log((1 - confidence) / 2) / Math.log(share))
}

/**
 * Bounds the mean where all of `n` units have the mean `shared`, of values between `low` and `high`: at least `shareAlike`
 * of all units are like them, and the others at worst all at one end. For passes and fails that is Clopper and Pearson's
 * interval of n passes, or of none.
 */
export function intervalOfEquals(
  shared: number,
  [low, high]: readonly [number, number],
  { n, confidence }: { readonly n: number; readonly confidence: number },
): [low: number, high: number] {
  const alike = shareAlike(n, confidence)
  return [low + alike * (shared - low), high - alike * (high - shared)]
}

/** Tells whether every value is a pass, 1, or a fail, 0. */
export function arePassesAndFails(values: readonly number[]): boolean {
  return values.every((value) => value === 0 || value === 1)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
