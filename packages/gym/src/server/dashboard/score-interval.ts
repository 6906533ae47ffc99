/**
 * Gives the 95 % interval of a rollout's mean reward: normal, clustered by prompt, since the samples of one prompt are
 * alike. Null below two prompts, where nothing tells how much prompts differ.
 */
export function scoreInterval(groups: readonly (readonly number[])[]): [low: number, high: number] | null {
  const known = groups.filter((scores) => scores.length > 0)
  const count = known.reduce((sum, { length }) => sum + length, 0)
  if (known.length < 2) return null
  const mean = known.flat().reduce((sum, score) => sum + score, 0) / count
  // Each group weighs by its samples, and strays by the sum of what its samples stray.
  const strayed = known.map((scores) => scores.reduce((sum, score) => sum + score - mean, 0) / count)
  const variance = strayed.reduce((sum, value) => sum + value ** 2, 0) * (known.length / (known.length - 1))
  const half = 1.96 * Math.sqrt(variance)
  return [mean - half, mean + half]
}
