import type { StepMetrics } from '../../../store/records.js'
import type { MetricValue } from './python-dict.js'

type Values = Readonly<Record<string, MetricValue>>

/** All that was printed about one rollout. */
export interface RolloutLines {
  readonly rolloutId: number
  /** Line `rollout R`, from the trainer. */
  readonly rollout: Values
  /** Both lines `perf R`, from the sampler and the trainer, merged. */
  readonly perf: Values
  /** Lines `step N` of this rollout, in their order. */
  readonly steps: readonly Values[]
}

/** How many of everything a run has. */
export interface RunShape {
  readonly numRollout: number
  readonly rolloutBatchSize: number
  readonly nSamplesPerPrompt: number
  /** Optimizer steps of one rollout. */
  readonly stepsPerRollout: number
}

/**
 * Translates what slime prints into the metrics that the store keeps of every run; docs/slime.md has the table. What
 * slime does not print is NaN, never 0. `mismatch` is the mean of slime, where the built-in engine gives the largest.
 */
export function slimeStepMetrics(lines: RolloutLines, shape: RunShape): StepMetrics {
  const { rolloutId, rollout, perf, steps } = lines
  const samples = shape.rolloutBatchSize * shape.nSamplesPerPrompt
  const overSteps = (key: string) => meanOf(steps.map((step) => numberOf(step[key])))
  const responseLength = firstOf(perf['rollout/response_len/mean'], rollout['rollout/response_lengths'])
  const trained = steps.map((step) => numberOf(step['train/global_batch_size']))
  const total = numberOf(perf['perf/step_time'])
  const sampledTokens = responseLength * samples
  return {
    rolloutId,
    rewardMean: numberOf(rollout['rollout/raw_reward']),
    rewardStd: Number.NaN,
    details: {},
    responseLength,
    truncatedShare: firstOf(perf['rollout/truncated_ratio'], rollout['rollout/truncated']),
    flatGroupShare: flatGroups(perf) / shape.rolloutBatchSize,
    unscorable: 0,
    trainedSamples: trained.length === 0 ? Number.NaN : sum(trained),
    entropy: overSteps('train/entropy_loss'),
    kl: overSteps('train/kl_loss'),
    loss: overSteps('train/loss'),
    gradNorm: overSteps('train/grad_norm'),
    lr: numberOf(steps.at(-1)?.['train/lr-pg_0']),
    ratioMean: Number.NaN,
    clipShare: overSteps('train/pg_clipfrac'),
    mismatch: numberOf(steps[0]?.['train/train_rollout_logprob_abs_diff']),
    diversity: { distinct2: Number.NaN, topLine: { text: '', share: Number.NaN }, uniqueShare: Number.NaN },
    sampledTokens,
    trainedTokens: (sampledTokens / samples) * sum(trained),
    tokensPerSecond: sampledTokens / total,
    seconds: {
      sample: numberOf(perf['perf/rollout_time']),
      // Rewards are scored while others are sampled, so their time is part of sampling.
      score: 0,
      train: firstOf(perf['perf/train_time'], perf['perf/actor_train_time']),
      total,
    },
  }
}

/** Groups whose samples all got the same reward; slime counts them by reward, and prints nothing when there are none. */
function flatGroups(perf: Values): number {
  if (perf['perf/rollout_time'] === undefined) return Number.NaN
  const counts = Object.entries(perf).filter(([key]) => key.startsWith('rollout/zero_std/count_'))
  return sum(counts.map(([, count]) => numberOf(count)))
}

function numberOf(value: MetricValue | undefined): number {
  return typeof value === 'number' ? value : Number.NaN
}

function firstOf(...values: readonly (MetricValue | undefined)[]): number {
  return numberOf(values.find((value) => typeof value === 'number'))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : sum(values) / values.length
}
