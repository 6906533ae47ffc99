import type { StepMetrics } from '../store/records.js'
import { formatNumber, formatShare } from './format.js'
import { printableVerse } from './printable.js'

/** Something that looks wrong in a training step. The same `topic` is said again only after it went away. */
export interface TrainingWarning {
  readonly topic: 'repetition' | 'flat' | 'unscorable' | 'truncated' | 'mismatch' | 'not-finite'
  readonly message: string
}

/** One line in this share of the samples is a policy that repeats itself; varied poems stay near 2 %. */
const repetitionShare = 0.25
const truncatedShare = 0.2
const flatShare = 0.75
/** Sampler and trainer agree within 1e-4; a gap of this size in nats moves an importance ratio by 5 %. */
const mismatchNats = 0.05

/** Lists what looks wrong in one training step, in plain words with the figure and what to try. */
export function trainingWarnings(metrics: StepMetrics): TrainingWarning[] {
  const isTuned = isFineTuning(metrics)
  const warnings: TrainingWarning[] = []
  const { topLine } = metrics.diversity
  if (!isTuned && topLine.share > repetitionShare) {
    warnings.push({
      topic: 'repetition',
      message: `the policy has begun to repeat itself: "${printableVerse(topLine.text)}" stands in ${formatShare(topLine.share)} of the samples; a higher score may only be that line. Try a lower lr, a KL term (klLossCoef), or an earlier checkpoint`,
    })
  }
  if (metrics.flatGroupShare >= flatShare) {
    warnings.push({
      topic: 'flat',
      message:
        metrics.flatGroupShare >= 1
          ? 'every group got one and the same score for all its samples, so this step had nothing to learn from; try more samples a prompt (nSamplesPerPrompt), a higher rolloutTemperature, or a finer-grained reward'
          : `${formatShare(metrics.flatGroupShare)} of the groups got one and the same score for all their samples and were dropped; try more samples a prompt (nSamplesPerPrompt) or a finer-grained reward`,
    })
  }
  if (metrics.unscorable > 0) {
    const count = metrics.unscorable === 1 ? '1 sample' : `${metrics.unscorable} samples`
    warnings.push({ topic: 'unscorable', message: `${count} could not be scored and took no part in the step` })
  }
  if (metrics.truncatedShare > truncatedShare) {
    warnings.push({
      topic: 'truncated',
      message: `${formatShare(metrics.truncatedShare)} of the samples were cut off at the length limit; raise rolloutMaxResponseLen or ask for shorter answers`,
    })
  }
  if (metrics.mismatch > mismatchNats) {
    warnings.push({
      topic: 'mismatch',
      message: `sampler and trainer disagree by up to ${formatNumber(metrics.mismatch)} nats on a token; the gradient is biased, please report this with the run id`,
    })
  }
  if (!Number.isFinite(metrics.loss) || !Number.isFinite(metrics.gradNorm)) {
    warnings.push({
      topic: 'not-finite',
      message: `the loss (${metrics.loss}) or its gradient (norm ${metrics.gradNorm}) is not a number; stop, lower lr and continue from the last checkpoint`,
    })
  }
  return warnings
}

/** Tells a supervised step, which samples nothing and so has no reward, from a rollout. */
export function isFineTuning(metrics: StepMetrics): boolean {
  return metrics.sampledTokens === 0 && Number.isNaN(metrics.rewardMean)
}
