import type { ResolvedGrpo } from './grpo-recipe.js'
import type { RolloutGroup } from './rollout-group.js'
import type { TrainingRun } from './training-run.js'

/** Where the KL is only looked at, one group in this many is scored for it: all of them cost a fifth of the whole step. */
export const gaugedGroups = 4

/**
 * Scores samples under the starting policy and returns the k3 estimate of KL(policy || start), nats a token: all samples
 * where the loss needs it, else those of every fourth group, or NaN where it is not to be measured.
 */
export async function measureKl(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  groups: readonly RolloutGroup[],
): Promise<number> {
  if (!recipe.measureKl) return Number.NaN
  const measured = recipe.klLossCoef === 0 ? groups.filter((_, g) => g % gaugedGroups === 0) : groups
  const scored = await logprobsUnder('reference', run, recipe, measured)
  let sum = 0
  let count = 0
  measured.forEach((group, g) => {
    group.samples.forEach((sample, s) => {
      sample.refLogprobs = scored[g]?.[s] ?? []
      sample.refLogprobs.forEach((ref, t) => {
        const gap = ref - (sample.logprobs[t] as number)
        sum += Math.exp(gap) - gap - 1
        count += 1
      })
    })
  })
  return sum / count
}

/** How far sampler and trainer are apart: |log pi_trainer - log pi_sampler| over tokens, nats. */
export interface Mismatch {
  readonly max: number
  readonly mean: number
}

/** Lets the trainer compute pi_old itself, one forward pass over all samples, and measures how far the sampler was off. */
export async function recomputeOldLogprobs(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  groups: readonly RolloutGroup[],
): Promise<Mismatch> {
  const scored = await logprobsUnder('current', run, recipe, groups)
  let max = 0
  let sum = 0
  let count = 0
  groups.forEach((group, g) => {
    group.samples.forEach((sample, s) => {
      sample.oldLogprobs = scored[g]?.[s] ?? []
      sample.oldLogprobs.forEach((old, t) => {
        const gap = Math.abs(old - (sample.logprobs[t] as number))
        max = Math.max(max, gap)
        sum += gap
        count += 1
      })
    })
  })
  return { max, mean: sum / count }
}

function logprobsUnder(
  policy: 'current' | 'reference',
  run: TrainingRun,
  recipe: ResolvedGrpo,
  groups: readonly RolloutGroup[],
): Promise<number[][][]> {
  const all = groups.map(({ promptTokenIds, samples }) => ({
    promptTokenIds,
    responses: samples.map(({ tokenIds, logprobs }) => ({ tokenIds, oldLogprobs: logprobs, advantage: 0 })),
  }))
  return run.engine.logprobs(all, { temperature: recipe.rolloutTemperature, policy })
}
