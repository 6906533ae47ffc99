import { diversityOf } from '../rewards/diversity.js'
import type { SampleRecord, StepMetrics } from '../store/records.js'
import { numericDetails } from '../trip.js'
import type { WeightUpdate } from './grpo.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import type { Mismatch } from './policy-logprobs.js'
import { isTrainable, type RolloutGroup, type RolloutSample, shapedReward } from './rollout-group.js'

export interface StepMeasurements {
  readonly rolloutId: number
  readonly recipe: Pick<ResolvedGrpo, 'overlongBufferLen' | 'overSamplingMaxRounds'>
  /** All that were drawn. */
  readonly groups: readonly RolloutGroup[]
  readonly refillRounds: number
  /** Empty when every group was flat. */
  readonly steps: readonly WeightUpdate[]
  readonly kl: number
  /** Null where it was not measured over all samples: the first step's own gauge is taken then. */
  readonly mismatch: Mismatch | null
  readonly seconds: StepMetrics['seconds']
}

/** Sums up one rollout in numbers. */
export function stepMetrics(measured: StepMeasurements): StepMetrics {
  const { rolloutId, recipe, groups, steps, kl, seconds } = measured
  const samples = groups.flatMap((group) => group.samples)
  const scores = samples.flatMap(({ score }) => (score === null ? [] : [score]))
  const rewardMean = mean(scores)
  const sampledTokens = sum(samples.map(({ tokenIds }) => tokenIds.length))
  const promptTokens = sum(groups.map((group) => group.promptTokenIds.length))
  const overSteps = (pick: (step: WeightUpdate) => number) => weightedMean(steps, pick)
  return {
    rolloutId,
    rewardMean,
    rewardStd: Math.sqrt(mean(scores.map((score) => (score - rewardMean) ** 2))),
    details: meanDetails(samples),
    responseLength: sampledTokens / samples.length,
    truncatedShare: share(samples, ({ finishReason }) => finishReason === 'length'),
    flatGroupShare: share(groups, isFlat),
    unscorable: samples.length - scores.length,
    trainedSamples: samples.filter(({ advantage }) => advantage !== null).length,
    entropy: overSteps((step) => step.entropy),
    kl,
    loss: overSteps((step) => step.loss),
    gradNorm: overSteps((step) => step.gradNorm),
    lr: steps.at(-1)?.lr ?? 0,
    ratioMean: overSteps((step) => step.ratioMean),
    clipShare: overSteps((step) => step.clipShare),
    mismatch: measured.mismatch?.max ?? steps[0]?.maxLogprobGap ?? 0,
    mismatchMean: measured.mismatch?.mean ?? steps[0]?.meanLogprobGap ?? 0,
    ...(recipe.overlongBufferLen > 0 && {
      overlongPenalty: mean(samples.map(({ overlongPenalty }) => overlongPenalty)),
    }),
    ...(recipe.overSamplingMaxRounds > 0 && {
      oversampling: {
        rounds: measured.refillRounds,
        drawnGroups: groups.length,
        keptGroups: groups.filter(isTrainable).length,
      },
    }),
    diversity: diversityOf(samples.map(({ response }) => response)),
    sampledTokens,
    trainedTokens: sum(steps.map((step) => step.trainedTokens)),
    tokensPerSecond: (promptTokens + sampledTokens) / seconds.total,
    seconds,
  }
}

/** Turns a rollout into the records that people read later. */
export function sampleRecords(
  rolloutId: number,
  { overlongBufferLen }: Pick<ResolvedGrpo, 'overlongBufferLen'>,
  groups: readonly RolloutGroup[],
): SampleRecord[] {
  return groups.flatMap(({ row, samples }, groupIndex) =>
    samples.map(
      (
        { response, score, overlongPenalty, advantage, tokenIds, logprobs, finishReason, details },
        sampleIndex,
      ): SampleRecord => ({
        rolloutId,
        groupIndex,
        sampleIndex,
        rowIndex: row.index,
        input: row.input,
        response,
        score,
        ...(overlongBufferLen > 0 && { overlongPenalty }),
        advantage,
        tokenIds,
        logprobs,
        finishReason,
        details,
      }),
    ),
  )
}

function isFlat({ samples }: RolloutGroup): boolean {
  const rewards = samples.map(shapedReward).filter((reward) => reward !== null)
  return rewards.every((reward) => reward === rewards[0])
}

function meanDetails(samples: readonly RolloutSample[]): Record<string, number> {
  const values = new Map<string, number[]>()
  for (const sample of samples) {
    for (const [name, value] of Object.entries(numericDetails(sample.details))) {
      if (name !== 'score') values.set(name, [...(values.get(name) ?? []), value])
    }
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, mean(list)]))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : sum(values) / values.length
}

function share<T>(values: readonly T[], isCounted: (value: T) => boolean): number {
  return values.filter(isCounted).length / values.length
}

/** Means over steps, weighted by their trained tokens; 0 without a step. */
function weightedMean(steps: readonly WeightUpdate[], pick: (step: WeightUpdate) => number): number {
  const total = sum(steps.map((step) => step.trainedTokens))
  return total === 0 ? 0 : sum(steps.map((step) => pick(step) * step.trainedTokens)) / total
}
