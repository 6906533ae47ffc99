export interface AdvantageOptions {
  /** The baseline: 'grpo' is the mean of the whole group, 'rloo' the mean of the other samples. */
  readonly advantageEstimator: 'grpo' | 'rloo'
  /** Divides by the group's standard deviation plus 1e-6. */
  readonly grpoStdNormalization: boolean
}

/**
 * Computes advantages inside one group: score minus the group's mean (Dr. GRPO, arXiv 2503.20783), optionally divided
 * by the group's standard deviation (GRPO, arXiv 2402.03300), or minus the mean of the others (RLOO, arXiv 2402.14740),
 * which is the same times n / (n - 1).
 *
 * `null` scores are unscorable: they take no part in any mean and get a null advantage. A group that is flat, or has
 * fewer than two scores, teaches nothing and returns null.
 */
export function groupAdvantages(
  scores: readonly (number | null)[],
  { advantageEstimator, grpoStdNormalization }: AdvantageOptions,
): (number | null)[] | null {
  const known = scores.filter((score) => score !== null)
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length
  const variance = known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / known.length
  if (known.length < 2 || known.every((score) => score === known[0])) return null
  const divisor = grpoStdNormalization ? Math.sqrt(variance) + 1e-6 : 1
  const factor = advantageEstimator === 'rloo' ? known.length / (known.length - 1) : 1
  return scores.map((score) => (score === null ? null : ((score - mean) / divisor) * factor))
}
