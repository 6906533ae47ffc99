import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'

const count = z.int().positive()
const share = z.number().min(0)
const reward = z.custom<Reward>((value) => typeof value === 'function', 'must be a function')

/** Options that both built-in recipes share; names are slime's in camelCase where slime has the notion. */
export const sharedRecipeShape = {
  /** Learning rate. Default 1.25e-4: it moved TinyPoet furthest without locking it onto a few lines (bench/RESULTS.md). */
  lr: z.number().positive().default(1.25e-4),
  /** How the rate goes on after warm-up: 'constant', or down to `minLr` by a line or a half cosine. Default 'constant'. */
  lrDecayStyle: z.enum(['constant', 'linear', 'cosine']).default('constant'),
  /** Optimizer steps over which the rate rises from 0. Default 0. */
  lrWarmupIters: z.int().min(0).default(0),
  /** Where a decaying rate ends. Default 0. */
  minLr: z.number().min(0).default(0),
  /** AdamW's decay rates of the moments, its epsilon and its decoupled decay. Defaults 0.9, 0.95, 1e-8, 0. */
  adamBeta1: z.number().min(0).lt(1).default(0.9),
  adamBeta2: z.number().min(0).lt(1).default(0.95),
  adamEps: z.number().positive().default(1e-8),
  weightDecay: share.default(0),
  /** Upper bound of the global gradient norm; 0 leaves gradients as they are. Default 1. */
  clipGrad: share.default(1),
  /** Rollouts (for SFT: steps) between checkpoints; the last one is always saved. Default 5. */
  saveInterval: count.default(5),
  /** How many checkpoints to keep, newest first; 0 keeps all. Default 0. */
  keepLast: z.int().min(0).default(0),
  /** Variables for the chat template, e.g. `{ enable_thinking: false }`. */
  applyChatTemplateKwargs: z.record(z.string(), z.unknown()).default({}),
  /** Threads of the engine. Default: the number of cores. */
  threads: count.optional(),
}

const schema = z
  .strictObject({
    ...sharedRecipeShape,
    /** The reward: scores one sample. May be given to TrainConfig instead. */
    customRmFunction: reward.optional(),
    /** Rollouts: sample, score, update. Default 10. */
    numRollout: count.default(10),
    /** Prompts a rollout. Default 16. */
    rolloutBatchSize: count.default(16),
    /** Samples a prompt: the group in which advantages are computed. Default 8. */
    nSamplesPerPrompt: z.int().min(2).default(8),
    /** Divides the logits, at sampling and in the loss alike. Default 1. */
    rolloutTemperature: z.number().positive().default(1),
    /** Sampled tokens a response at most. Default 48. */
    rolloutMaxResponseLen: count.default(48),
    /** Samples an optimizer step; must divide a rollout's samples. Default: all of a rollout, strictly on-policy. */
    globalBatchSize: count.optional(),
    /** Clip of the importance ratio: below by 1 - epsClip, above by 1 + epsClipHigh. Defaults 0.2 and 0.28. */
    epsClip: share.default(0.2),
    epsClipHigh: share.default(0.28),
    /** Weight of the KL to the starting policy in the loss; it is measured and shown either way. Default 0. */
    klLossCoef: share.default(0),
    /** Its estimator: 'k2', or 'k3' weighted by the importance ratio. Default 'k2'. */
    klLossType: z.enum(['k2', 'k3']).default('k2'),
    /** Weight of the entropy bonus. Default 0. */
    entropyCoef: share.default(0),
    /**
     * Which mean the loss is: 'token-mean' over all trained tokens of a step (DAPO, arXiv 2503.14476); 'sample-mean' over
     * samples, each a mean over its tokens (GRPO, arXiv 2402.03300); 'constant' divides by samples times
     * rolloutMaxResponseLen (Dr. GRPO, arXiv 2503.20783). They differ by how much a long response counts. Default
     * 'token-mean'.
     */
    lossAggregation: z.enum(['token-mean', 'sample-mean', 'constant']).default('token-mean'),
    /** Divides advantages by their group's standard deviation. Default false (Dr. GRPO, arXiv 2503.20783). */
    grpoStdNormalization: z.boolean().default(false),
    /**
     * What becomes of responses cut off at the limit: 'mask' keeps their score in the group's mean but takes their
     * tokens out of the loss (DAPO, arXiv 2503.14476); 'keep' trains on them. Default 'mask'.
     */
    truncatedSamples: z.enum(['mask', 'keep']).default('mask'),
    /** What a failing reward does: 'stop' ends the run at once, 'drop' counts the sample as unscorable. Default 'stop'. */
    onRewardError: z.enum(['stop', 'drop']).default('stop'),
    /** Milliseconds a reward may take for one sample. Default 10,000. */
    rewardTimeLimitMs: count.default(10_000),
    /** Rewards under way at once. Default 16. */
    rewardConcurrency: count.default(16),
  })
  .superRefine((options, context) => {
    const samples = options.rolloutBatchSize * options.nSamplesPerPrompt
    const { globalBatchSize = samples, nSamplesPerPrompt } = options
    if (samples % globalBatchSize === 0 && globalBatchSize % nSamplesPerPrompt === 0) return
    context.addIssue({
      code: 'custom',
      path: ['globalBatchSize'],
      message: `must be a multiple of nSamplesPerPrompt (${nSamplesPerPrompt}) that divides a rollout's ${samples} samples`,
    })
  })

export type GrpoRecipeOptions = z.input<typeof schema>
export type ResolvedGrpo = z.output<typeof schema>

/**
 * Trains on the built-in engine by GRPO: groups of samples, advantages centred in their group, a clipped policy
 * gradient, a mean over all trained tokens.
 *
 * @example
 * new GrpoRecipe({ customRmFunction: (sample) => (sample.response.includes('moon') ? 1 : 0), numRollout: 10 })
 */
export class GrpoRecipe {
  readonly kind = 'grpo'
  readonly options: ResolvedGrpo

  /** Throws GymError 'config' naming an unknown option or a bad value. */
  constructor(options: GrpoRecipeOptions = {}) {
    this.options = parseOptions(schema, options, 'GrpoRecipe')
  }
}
