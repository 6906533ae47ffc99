/**
 * Computes advantages inside one group: score minus the group's mean (Dr. GRPO, arXiv 2503.20783), optionally divided
 * by the group's standard deviation plus 1e-6 (GRPO, arXiv 2402.03300).
 *
 * `null` scores are unscorable: they take no part in the mean and get a null advantage. A group that is flat, or has
 * fewer than two scores, teaches nothing and returns null.
 */
export function groupAdvantages(scores: readonly (number | null)[], dividesByStd: boolean): (number | null)[] | null {
  const known = scores.filter((score) => score !== null)
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length
  const variance = known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / known.length
  if (known.length < 2 || known.every((score) => score === known[0])) return null
  const divisor = dividesByStd ? Math.sqrt(variance) + 1e-6 : 1
  return scores.map((score) => (score === null ? null : (score - mean) / divisor))
}
