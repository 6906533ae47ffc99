/**
 * Computes the truncated importance weight of each token, min(pi_old / mu, clip): what makes up for a sampler mu that
 * computes other probabilities than the trainer's policy pi_old. Truncation keeps the variance down and biases a little
 * (TIS, https://fengyao.notion.site/off-policy-rl).
 */
export function truncatedImportance(
  oldLogprobs: readonly number[],
  samplerLogprobs: readonly number[],
  clip: number,
): number[] {
  return oldLogprobs.map((old, t) => Math.min(Math.exp(old - (samplerLogprobs[t] as number)), clip))
}
