import { loraTargets } from '@training-gym/engine'
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
  /**
   * Where rollouts are sampled and trained: 'webgpu' takes a graphics card through Vulkan and fails where its numbers are not
   * the CPU's; 'auto' takes it for models of 10 million parameters and more where it is sound. Default 'cpu' (docs/webgpu.md).
   */
  device: z.enum(['auto', 'cpu', 'webgpu']).optional(),
  /**
   * Trains adapters of this rank instead of all weights (LoRA, arXiv 2106.09685): a fraction of the memory, and usually a
   * higher `lr`. Checkpoints hold the merged weights, and the adapter in PEFT's format in `adapter`. Default: all weights.
   */
  loraRank: count.optional(),
  /** The adapters' product is multiplied by loraAlpha / loraRank. Default: twice loraRank. */
  loraAlpha: z.number().positive().optional(),
  /** Which matrices get an adapter, by PEFT's names. Default: all linear layers. */
  loraTargets: z.array(z.enum(loraTargets)).min(1).optional(),
  /**
   * Keeps each layer's input only and computes the layer again in the backward pass: less memory, up to a third more time
   * (slime: --recompute-granularity full). The gradient is the same, bit for bit. Default false.
   */
  recomputeActivations: z.boolean().optional(),
  /**
   * Most token positions of one forward and backward pass (slime: --max-tokens-per-gpu); a rollout is split into as many
   * passes as it takes, and the gradient does not depend on it beyond rounding. Default: chosen from the model's size.
   */
  maxTokensPerMicroBatch: count.optional(),
}

/** Refuses options of an adapter where there is none: they would be left unused without a word. */
export function requireRank(
  options: { loraRank?: unknown; loraAlpha?: unknown; loraTargets?: unknown },
  context: z.core.$RefinementCtx,
): void {
  const lone = (['loraAlpha', 'loraTargets'] as const).find((name) => options[name] !== undefined)
  if (options.loraRank !== undefined || lone === undefined) return
  context.addIssue({ code: 'custom', path: [lone], message: 'needs loraRank, which turns adapters on' })
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
    /**
     * How the importance ratio of now to the old policy enters the loss; on the first step of a rollout it is 1 and all
     * three have one gradient. 'grpo': a ratio a token, clipped (arXiv 2402.03300). 'gspo': one ratio a sequence, the
     * geometric mean over its tokens, clipped (arXiv 2507.18071); needs lossAggregation 'sample-mean', and clips near the
     * paper's epsClip 3e-4 and epsClipHigh 4e-4. 'cispo': the ratio clipped from both sides is a constant weight of log pi,
     * so that no token loses its gradient (arXiv 2506.13585, where the lower bound is absent: epsClip 1). Default 'grpo'.
     */
    policyLoss: z.enum(['grpo', 'gspo', 'cispo']).default('grpo'),
    /**
     * Clip of the importance ratio: below by 1 - epsClip, above by 1 + epsClipHigh (clip-higher, DAPO, arXiv 2503.14476).
     * Defaults 0.2 and 0.28.
     */
    epsClip: share.default(0.2),
    epsClipHigh: share.default(0.28),
    /** Weight of the KL to the starting policy in the loss. Default 0. */
    klLossCoef: share.default(0),
    /**
     * Measures the KL where the loss does without it: every fourth group is scored once more under the start, about a
     * twentieth of a step, and the start's weights are kept. Default true.
     */
    measureKl: z.boolean().default(true),
    /**
     * Its estimator: 'k2', half the squared log-ratio, whose gradient is that of the reverse KL (arXiv 2510.01555); 'k3',
     * weighted by the importance ratio (DeepSeek-V3.2, arXiv 2512.02556); 'k1', the log-ratio, whose gradient has zero mean
     * on the policy's own samples: as a loss it holds nothing and adds noise. Default 'k2'.
     */
    klLossType: z.enum(['k1', 'k2', 'k3']).default('k2'),
    /** Weight of the entropy bonus. Default 0. */
    entropyCoef: share.default(0),
    /**
     * Which mean the loss is: 'token-mean' over all trained tokens of a step (DAPO, arXiv 2503.14476); 'sample-mean' over
     * samples, each a mean over its tokens (GRPO, arXiv 2402.03300); 'constant' divides by samples times
     * rolloutMaxResponseLen (Dr. GRPO, arXiv 2503.20783). They differ by how much a long response counts. Default
     * 'token-mean'.
     */
    lossAggregation: z.enum(['token-mean', 'sample-mean', 'constant']).default('token-mean'),
    /**
     * What a score is compared with: 'grpo', the mean of its whole group (arXiv 2402.03300); 'rloo', the mean of the other
     * samples, leave-one-out (arXiv 2402.14740), which is n / (n - 1) times as large. Default 'grpo'.
     */
    advantageEstimator: z.enum(['grpo', 'rloo']).default('grpo'),
    /**
     * Divides advantages by their group's standard deviation plus 1e-6 (GRPO, arXiv 2402.03300), so that groups of nearly
     * equal scores count as much as others. Default false (Dr. GRPO, arXiv 2503.20783).
     */
    grpoStdNormalization: z.boolean().default(false),
    /**
     * What becomes of responses cut off at the limit: 'mask' keeps their score in the group's mean but takes their
     * tokens out of the loss (DAPO, arXiv 2503.14476); 'keep' trains on them. Default 'mask'.
     */
    truncatedSamples: z.enum(['mask', 'keep']).default('mask'),
    /**
     * Soft overlong punishment (DAPO, arXiv 2503.14476): over the last so many tokens before rolloutMaxResponseLen a response
     * loses ever more of its score, up to `overlongPenaltyFactor` at the limit. Advantages use the score so reduced;
     * what is shown and kept as score is the reward's own, and the penalty stands beside it. Cut-off responses are
     * reduced like others; whether they are trained on is `truncatedSamples`. Defaults 0 (off) and 1.
     */
    overlongBufferLen: z.int().min(0).default(0),
    overlongPenaltyFactor: z.number().positive().default(1),
    /**
     * Dynamic sampling (DAPO, arXiv 2503.14476): for groups with nothing to teach (flat, unscorable, all cut off and masked),
     * further prompts of the dataset are sampled until rolloutBatchSize groups teach something, in so many rounds at most.
     * It costs generation and favours prompts of medium difficulty; how many groups were drawn and kept is shown.
     * Default 0 (off).
     */
    overSamplingMaxRounds: z.int().min(0).max(100).default(0),
    /**
     * Truncated importance sampling (https://fengyao.notion.site/off-policy-rl): the trainer computes the old policy's
     * log-probabilities itself, one forward pass more, and multiplies each token's advantage by min(pi_old / mu, `tisClip`),
     * mu being the sampler. It makes up for samplers that compute other probabilities than the trainer; on the built-in
     * engine the two differ by about 1e-5 nats. Defaults false and 2.
     */
    useTis: z.boolean().default(false),
    tisClip: z.number().positive().default(2),
    /**
     * Rollouts between two evaluations on the `evalDataset` of TrainConfig (slime: --eval-interval); there is also one before
     * the first rollout and one after the last. Sampled with `rolloutTemperature` and `rolloutMaxResponseLen`, as in
     * training. Default where there is an `evalDataset`: saveInterval.
     */
    evalInterval: count.optional(),
    /** Samples of each of its rows at an evaluation, with the same seeds at every one. Default 1. */
    nSamplesPerEvalPrompt: count.default(1),
    /**
     * What a failing reward does: 'stop' ends the run at once, 'drop' counts the sample as unscorable, unless no sample could
     * be scored, as without a program that it needs. Default 'stop'.
     */
    onRewardError: z.enum(['stop', 'drop']).default('stop'),
    /** Milliseconds a reward may take for one sample. Default 10,000. */
    rewardTimeLimitMs: count.default(10_000),
    /** Rewards under way at once. Default 16. */
    rewardConcurrency: count.default(16),
  })
  .superRefine((options, context) => {
    const refuse = (option: keyof typeof options, message: string) =>
      context.addIssue({ code: 'custom', path: [option], message })
    const samples = options.rolloutBatchSize * options.nSamplesPerPrompt
    const { globalBatchSize = samples, nSamplesPerPrompt, rolloutMaxResponseLen } = options
    if (samples % globalBatchSize !== 0 || globalBatchSize % nSamplesPerPrompt !== 0) {
      refuse(
        'globalBatchSize',
        `must be a multiple of nSamplesPerPrompt (${nSamplesPerPrompt}) that divides a rollout's ${samples} samples`,
      )
    }
    if (options.advantageEstimator === 'rloo' && options.grpoStdNormalization) {
      refuse(
        'grpoStdNormalization',
        'cannot be combined with advantageEstimator "rloo", whose point is an unbiased gradient: a deviation that the sample itself is part of biases it again, and that of the other samples alone nears zero where they agree; choose one of the two',
      )
    }
    if (options.policyLoss === 'gspo' && options.lossAggregation !== 'sample-mean') {
      refuse(
        'lossAggregation',
        'must be "sample-mean" with policyLoss "gspo", whose ratio is one a sequence: any other mean would count long sequences more',
      )
    }
    if (!options.measureKl && options.klLossCoef !== 0) {
      refuse('measureKl', `must be true with klLossCoef ${options.klLossCoef}, whose loss holds the KL; leave it out`)
    }
    if (options.overlongBufferLen > rolloutMaxResponseLen) {
      refuse('overlongBufferLen', `must be at most rolloutMaxResponseLen (${rolloutMaxResponseLen})`)
    }
  })
  .superRefine(requireRank)

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
