import { formatNumber, formatShare } from '../console/format.js'
import { printableVerse } from '../console/printable.js'
import type { StepMetrics } from '../store/records.js'
import type { Finding, StepWindow } from './explain-step.js'
import { flatScores } from './flat-scores.js'
import { directionOf, trendOf } from './trend.js'

/** One rule of the table: when it speaks, and what it says. */
export interface ExplainRule {
  readonly id: string
  /** True where it judges what was sampled: supervised steps sample nothing. */
  readonly isAboutSamples: boolean
  /** True where it judges a weight update: of a step that trained nothing the figures are 0 and say nothing. */
  readonly isAboutUpdate: boolean
  /** Null while the rule has nothing to say. */
  readonly explain: (window: StepWindow) => Omit<Finding, 'id'> | null
}

/** One line in this share of the samples is a policy that repeats itself; varied poems stay near 2 %. */
const REPETITION_SHARE = 0.25
const FLAT_SHARE = { notice: 0.4, warning: 0.75 }
const TRUNCATED_SHARE = { notice: 0.05, warning: 0.2 }
/** Sampler and trainer agree within 1e-4; a gap of this size in nats moves an importance ratio by 5 %. */
const MISMATCH_NATS = 0.05
/** GSPO clips many sequences on purpose (arXiv 2507.18071); where nearly all are, next to nothing is learnt. */
const CLIPPED_SHARE = { token: 0.3, sequence: 0.9 }
/** Sequence ratios hardly leave a band of this width around 1. */
const NARROW_CLIP = 0.01
/** Every rule of `explainStep`, each with the figures it needs; in the order in which one reads them. */
export const explainRules: readonly ExplainRule[] = [
  {
    id: 'not-finite',
    isAboutSamples: false,
    isAboutUpdate: true,
    explain: ({ step: { loss, gradNorm } }) =>
      Number.isFinite(loss) && Number.isFinite(gradNorm)
        ? null
        : warning(
            `the loss (${loss}) or its gradient (norm ${gradNorm}) is not a number`,
            'stop, lower lr and continue from the last checkpoint',
          ),
  },
  {
    id: 'flat',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step: { flatGroupShare: share }, recent, groupScores }) => {
      if (!(share >= FLAT_SHARE.notice)) return null
      const advice = {
        easy: 'give it harder prompts, or a finer-grained reward that still tells good answers apart',
        hard: 'give it easier prompts, a better starting model, or a reward with partial credit',
        unknown:
          'try more samples a prompt (nSamplesPerPrompt), a higher rolloutTemperature, or a finer-grained reward',
      }
      const { verdict, sentence } = flatScores(groupScores)
      const isNothingTrained = recent.length > 1 && recent.every((step) => step.flatGroupShare >= 1)
      const lead = isNothingTrained
        ? `every group of the last ${recent.length} steps got one and the same score for all its samples, so nothing was trained`
        : share >= 1
          ? 'every group got one and the same score for all its samples, so this step had nothing to learn from'
          : `${formatShare(share)} of the groups got one and the same score for all their samples and taught nothing`
      const says = share >= FLAT_SHARE.warning ? warning : notice
      return says(`${lead}${sentence}`, advice[verdict])
    },
  },
  {
    id: 'unscorable',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step: { unscorable, sampledTokens, responseLength } }) => {
      if (!(unscorable > 0)) return null
      const samples = Math.round(sampledTokens / responseLength)
      const count = unscorable === 1 ? '1 sample' : `${unscorable} samples`
      const share = samples > 0 ? ` (${formatShare(unscorable / samples)})` : ''
      return warning(
        `${count}${share} could not be scored and took no part in the step`,
        "read their details among the samples: the reward's own message stands there",
      )
    },
  },
  {
    id: 'truncated',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step: { truncatedShare: share } }) => {
      if (!(share > TRUNCATED_SHARE.notice)) return null
      const says = share > TRUNCATED_SHARE.warning ? warning : notice
      return says(
        `${formatShare(share)} of the samples were cut off at the length limit`,
        'raise rolloutMaxResponseLen or ask for shorter answers',
      )
    },
  },
  {
    id: 'repetition',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step, first }) => {
      const { topLine, distinct2 } = step.diversity
      const advice = 'try a lower lr, a KL term (klLossCoef), or an earlier checkpoint'
      if (topLine.share > REPETITION_SHARE) {
        return warning(
          `the policy has begun to repeat itself: "${printableVerse(topLine.text)}" stands in ${formatShare(topLine.share)} of the samples; a higher score may only be that line`,
          advice,
        )
      }
      const before = first.diversity.distinct2
      if (!(distinct2 < 0.6 * before)) return null
      return notice(
        `answers have become more alike: distinct word pairs fell from ${formatShare(before)} to ${formatShare(distinct2)} since the first step`,
        `read some samples; if they are dull, ${advice}`,
      )
    },
  },
  {
    id: 'mismatch',
    isAboutSamples: false,
    isAboutUpdate: true,
    explain: ({ step: { mismatch }, recent }) => {
      if (mismatch > MISMATCH_NATS) {
        return warning(
          `sampler and trainer disagree by up to ${formatNumber(mismatch)} nats on a token, so the gradient is biased`,
          'check that both hold the same weights and compute alike; on the built-in engine, please report this with the run id',
        )
      }
      const trend = trendOf(recent.map((metrics) => metrics.mismatch))
      if (trend === null || directionOf(trend) < 1 || trend.to < 2 * trend.from || mismatch < 1e-3) return null
      return notice(
        `the gap between sampler and trainer is rising: from ${formatNumber(trend.from)} to ${formatNumber(trend.to)} nats over ${trend.steps} steps`,
        'the sampler may hold stale weights; see that it is refreshed after every step',
      )
    },
  },
  {
    id: 'ratio',
    isAboutSamples: true,
    isAboutUpdate: true,
    explain: ({ step: { ratioMean, clipShare }, options }) => {
      const isFar = Math.abs(ratioMean - 1) > 0.1
      if (!isFar && !(clipShare > CLIPPED_SHARE.token)) return null
      const mean = Number.isFinite(ratioMean)
        ? `the importance ratio is ${formatNumber(ratioMean)} on average and `
        : ''
      const lead = `${mean}${formatShare(clipShare)} of the tokens were clipped`
      const isNarrow = isNarrowClip(options)
      if (isNarrow && !isFar && clipShare <= CLIPPED_SHARE.sequence) {
        return info(`${lead}: normal for GSPO, whose clip is narrow on purpose`, 'nothing; watch the reward')
      }
      const orNot = isNarrow === undefined && !isFar ? ', unless this is GSPO, whose clip is narrow on purpose' : ''
      return notice(
        `${lead}: the samples are older than the policy${orNot}`,
        'take fewer optimizer steps a rollout (a larger globalBatchSize) or a lower lr',
      )
    },
  },
  {
    id: 'entropy',
    isAboutSamples: true,
    isAboutUpdate: true,
    explain: ({ step: { entropy }, first }) => {
      const fall = `the entropy fell from ${formatNumber(first.entropy)} nats a token at the first step to ${formatNumber(entropy)}`
      const advice = 'raise rolloutTemperature or entropyCoef, lower lr, or go on from an earlier checkpoint'
      if (entropy < 0.1) {
        const now = `the entropy is ${formatNumber(entropy)} nats a token: the policy hardly explores any more`
        return warning(now, advice)
      }
      if (entropy < 0.25 * first.entropy) return warning(`${fall}: exploration is ending`, advice)
      if (entropy < 0.5 * first.entropy) return notice(fall, `still exploring; if it keeps falling, ${advice}`)
      return null
    },
  },
  {
    id: 'kl',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step: { kl }, recent }) => {
      const advice = 'lower lr or add a KL term (klLossCoef) if the answers get worse to read while the score rises'
      if (kl > 1) {
        return warning(`the policy is ${formatNumber(kl)} nats a token away from where it began`, advice)
      }
      const trend = trendOf(recent.map((metrics) => metrics.kl))
      if (trend === null || directionOf(trend) < 1 || trend.to < 2 * trend.from || kl < 0.05) return null
      return notice(
        `the KL to the start is rising: from ${formatNumber(trend.from)} to ${formatNumber(trend.to)} nats a token over ${trend.steps} steps`,
        advice,
      )
    },
  },
  {
    id: 'clipped-gradient',
    isAboutSamples: false,
    isAboutUpdate: true,
    explain: ({ step: { gradNorm }, recent, options }) => {
      const limit = options.clipGrad
      const known = recent.filter((metrics) => Number.isFinite(metrics.gradNorm))
      if (typeof limit !== 'number' || limit <= 0 || known.length < 5) return null
      const clipped = known.filter((metrics) => metrics.gradNorm > limit).length
      if (clipped < 0.9 * known.length) return null
      return notice(
        `the gradient was clipped in ${clipped} of the last ${known.length} steps (its norm is ${formatNumber(gradNorm)}, clipGrad ${formatNumber(limit)})`,
        'the clip, not the gradient, sets the size of a step: lower lr if the reward jumps, raise clipGrad if it crawls',
      )
    },
  },
  {
    id: 'small-spread',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step: { rewardMean, rewardStd, flatGroupShare }, options }) => {
      const isNormalised = options.grpoStdNormalization === true
      const isSmall = rewardStd > 0 && rewardStd < 0.01 * Math.max(1, Math.abs(rewardMean))
      if (!isSmall || isNormalised || flatGroupShare >= 1) return null
      return notice(
        `the scores differ little: mean ${formatNumber(rewardMean)}, standard deviation ${formatNumber(rewardStd)}, so advantages and gradient are tiny`,
        'scale the reward up, or divide advantages by their deviation (grpoStdNormalization)',
      )
    },
  },
  {
    id: 'gamed',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step, recent }) => {
      if (directionIn(recent, ({ rewardMean }) => rewardMean) < 1) return null
      const fallen = Object.keys(step.details).flatMap((name) => {
        const trend = trendOf(recent.map(({ details }) => details[name] ?? Number.NaN))
        const isFall = trend !== null && directionOf(trend) < 0 && trend.to < 0.9 * trend.from
        return isFall ? [`${name} fell from ${formatNumber(trend.from)} to ${formatNumber(trend.to)}`] : []
      })
      if (fallen.length === 0) return null
      return notice(
        `the reward rises while ${fallen.slice(0, 3).join(' and ')}`,
        'read the best samples: the score may be won in a way that you did not mean; put that detail into the score',
      )
    },
  },
  {
    id: 'padding',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ recent }) => {
      const trend = trendOf(recent.map(({ responseLength }) => responseLength))
      if (trend === null || directionOf(trend) < 1 || trend.to < 1.3 * trend.from) return null
      if (directionIn(recent, ({ rewardMean }) => rewardMean) > 0) return null
      return notice(
        `responses grew from ${formatNumber(trend.from)} to ${formatNumber(trend.to)} tokens over ${trend.steps} steps without a better reward`,
        'read the longest samples; a length penalty in the reward, or masking cut-off responses, stops padding',
      )
    },
  },
  {
    id: 'trend',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ recent }) => {
      const trend = trendOf(recent.map(({ rewardMean }) => rewardMean))
      if (trend === null) return null
      const change = `from ${formatNumber(trend.from)} to ${formatNumber(trend.to)} between the older and the newer half of the last ${trend.steps} steps`
      const noise = `noise ± ${formatNumber(2 * trend.noise)}`
      const direction = directionOf(trend)
      if (direction > 0) return info(`the reward is rising: ${change} (${noise})`, 'go on')
      if (direction < 0) {
        return notice(`the reward is falling: ${change} (${noise})`, 'lower lr, or go on from the best checkpoint')
      }
      if (trend.steps < 20) return null
      return notice(
        `the reward is on a plateau: ${change}, which is within noise (± ${formatNumber(2 * trend.noise)})`,
        'it may be done: evaluate the checkpoint; otherwise try harder or finer-grained prompts, more samples a prompt, or a higher lr',
      )
    },
  },
  {
    id: 'slow-scoring',
    isAboutSamples: true,
    isAboutUpdate: false,
    explain: ({ step: { seconds } }) => {
      const share = seconds.score / seconds.total
      if (!(share > 0.5)) return null
      return notice(
        `${formatShare(share)} of the step's time (${formatNumber(seconds.score)} of ${formatNumber(seconds.total)} s) went into scoring`,
        'make the reward quicker or raise rewardConcurrency',
      )
    },
  },
  {
    id: 'warm-up',
    isAboutSamples: false,
    isAboutUpdate: true,
    explain: ({ step: { lr, rolloutId }, options }) => {
      const { lr: full, lrWarmupIters: warmup } = options
      if (typeof full !== 'number' || typeof warmup !== 'number' || rolloutId >= warmup || !(lr < full)) return null
      return info(
        `the learning rate is warming up: ${formatNumber(lr)} of ${formatNumber(full)}`,
        `nothing; it is full after ${warmup} optimizer steps`,
      )
    },
  },
  {
    id: 'on-policy',
    isAboutSamples: true,
    isAboutUpdate: true,
    explain: ({ step: { loss, gradNorm, ratioMean, clipShare } }) => {
      // A mean of 1 is not enough: ratios on both sides of it cancel, but where all are 1 none is clipped.
      const isOnPolicy = Math.abs(ratioMean - 1) < 1e-3 && !(clipShare > 0)
      if (!isOnPolicy || Math.abs(loss) > 0.05 || !(gradNorm > 1e-3)) return null
      return info(
        `the loss is ${formatNumber(loss)}, near zero, while the gradient (norm ${formatNumber(gradNorm)}) is not: normal on-policy, where the ratio is 1 and advantages cancel`,
        'nothing; watch the reward, not the loss',
      )
    },
  },
]

/** Tells GSPO with a clip as narrow as its paper's, in the gym's words or slime's; undefined where the clip is not known. */
function isNarrowClip({
  policyLoss,
  advantageEstimator,
  epsClip,
  epsClipHigh = epsClip,
}: StepWindow['options']): boolean | undefined {
  if (typeof epsClip !== 'number' || typeof epsClipHigh !== 'number') return undefined
  const isGspo = policyLoss === 'gspo' || advantageEstimator === 'gspo'
  return isGspo && Math.max(epsClip, epsClipHigh) <= NARROW_CLIP
}

function directionIn(steps: readonly StepMetrics[], pick: (step: StepMetrics) => number): -1 | 0 | 1 {
  const trend = trendOf(steps.map(pick))
  return trend === null ? 0 : directionOf(trend)
}

function info(sentence: string, advice: string): Omit<Finding, 'id'> {
  return { level: 'info', sentence, advice }
}

function notice(sentence: string, advice: string): Omit<Finding, 'id'> {
  return { level: 'notice', sentence, advice }
}

function warning(sentence: string, advice: string): Omit<Finding, 'id'> {
  return { level: 'warning', sentence, advice }
}
