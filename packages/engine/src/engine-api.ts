/** The words that cross the border between the engine and whoever uses it. Plain data only: it travels to a worker. */

import type { JsonConstraint } from './generation/grammar/json-schema.js'
import type { Quantization } from './generation/quantize-matrix.js'

/** Turns probabilities into tokens. Log-probabilities reported for a sample are those after all of these. */
export interface SamplingOptions {
  /** Divides the logits; 0 means greedy. Default 1. */
  readonly temperature?: number | undefined
  /** Keeps the smallest set of tokens whose probability reaches this; 1 keeps all. Default 1. */
  readonly topP?: number | undefined
  /** Keeps this many most likely tokens; 0 keeps all. Default 0. */
  readonly topK?: number | undefined
  /** Drops tokens less likely than this share of the likeliest one; 0 drops none. Default 0. */
  readonly minP?: number | undefined
  /** Upper bound of sampled tokens, the stop token included. */
  readonly maxNewTokens: number
  /** Sampling ends after one of these; it stays in `tokenIds`. Default: the model's end-of-turn ids. */
  readonly stopTokenIds?: readonly number[] | undefined
  /** Subtracted from the logit of every token that was already sampled. Default 0. */
  readonly presencePenalty?: number | undefined
  /** Subtracted from a token's logit once for each time it was sampled. Default 0. */
  readonly frequencyPenalty?: number | undefined
  /**
   * How many likeliest alternatives to report beside each sampled token, 0 to 20: fewer where fewer could be drawn. Theirs are
   * log-probabilities of the same distribution, so those of greedy decoding are at temperature 1. Default 0.
   */
  readonly topLogprobs?: number | undefined
  /**
   * Allows only tokens that lead to such JSON. Log-probabilities are then those of the masked, renormalised
   * distribution. A sample whose `maxNewTokens` leaves room for the shortest such JSON, counted in bytes, is complete.
   */
  readonly json?: JsonConstraint | undefined
}

/**
 * One prompt and how many samples of it to draw; the prompt is computed once for all of them, in memory that grows with the
 * square of its length and with heads: at 4 of them and two layers, 1.28 GB for 4,096 tokens and 4.73 GB for 8,192.
 */
export interface GenerateRequest {
  readonly promptTokenIds: readonly number[]
  /** One seed a sample, so its length is the number of samples; uint32 each. */
  readonly seeds: readonly number[]
  readonly sampling: SamplingOptions
}

export interface TokenAlternative {
  readonly tokenId: number
  readonly logprob: number
}

/** One sampled token, as it comes. */
export interface TokenEvent {
  /** Which of the request's samples, 0-based. */
  readonly sampleIndex: number
  readonly tokenId: number
  readonly logprob: number
  readonly alternatives?: readonly TokenAlternative[]
}

export interface GeneratedSample {
  /** Exactly what was sampled, the stop token included when `finishReason` is 'stop'. */
  readonly tokenIds: readonly number[]
  /** Natural log of each sampled token's probability under the distribution it was drawn from. */
  readonly logprobs: readonly number[]
  readonly finishReason: 'stop' | 'length'
  readonly alternatives?: readonly (readonly TokenAlternative[])[]
}

export interface GenerateOptions {
  /** Ends the request early: its slots are freed at the next step and the promise rejects with code 'aborted'. */
  readonly signal?: AbortSignal | undefined
  /** Called with every token as it comes. What it throws ends the request early, as `signal` does: the promise rejects with that. */
  readonly onToken?: ((event: TokenEvent) => void) | undefined
}

/** A response to train on: the exact sampled ids with one weight and one old log-probability each. */
export interface TrainResponse {
  readonly tokenIds: readonly number[]
  /** log pi_old of each token; ignored by the 'sft' loss. */
  readonly oldLogprobs: readonly number[]
  /** log pi_ref of each token; needed only with a KL coefficient. */
  readonly refLogprobs?: readonly number[] | undefined
  /** Advantage of the response, shared by all its tokens; ignored by the 'sft' loss. */
  readonly advantage: number
  /**
   * Multiplies the advantage at each token, e.g. by truncated importance weights between sampler and trainer; not below 0.
   * Default: 1 everywhere.
   */
  readonly importance?: readonly number[] | undefined
  /** Multiplies the loss of each of its tokens, e.g. by 1 / length for a mean over samples. Default 1. */
  readonly weight?: number | undefined
  /** False where a token must not carry loss (tool output, a masked truncated sample). Default: all true. */
  readonly isTrained?: readonly boolean[] | undefined
}

/** A prompt with the responses sampled from it; the prompt is computed once for all of them. */
export interface TrainGroup {
  readonly promptTokenIds: readonly number[]
  readonly responses: readonly TrainResponse[]
}

/**
 * How the importance ratio r = pi/pi_old enters the loss. 'grpo': a ratio a token, clipped (arXiv 2402.03300); 'gspo': one
 * ratio a sequence, its geometric mean over tokens, clipped (arXiv 2507.18071); 'cispo': the clipped ratio is a constant
 * weight of -log pi, so that no token loses its gradient (arXiv 2506.13585).
 */
export type PolicyLoss = 'grpo' | 'gspo' | 'cispo'

/**
 * Estimator of the KL to the reference: 'k2' = half the squared log-ratio; 'k3' = ratio-weighted k3 estimator; 'k1' = the
 * log-ratio, whose gradient has zero mean on-policy: as a loss it is noise.
 */
export type KlType = 'k1' | 'k2' | 'k3'

/** What is minimised. Sums run over trained tokens and are divided by `denominator`, which the caller states. */
export type LossOptions =
  | {
      readonly kind: 'grpo'
      /** Default 'grpo'. */
      readonly policyLoss?: PolicyLoss | undefined
      /** Lower clip of the importance ratio, 1 - epsClip. */
      readonly epsClip: number
      /** Upper clip, 1 + epsClipHigh. */
      readonly epsClipHigh: number
      /** Coefficient of the KL term to the reference policy; 0 leaves it out. */
      readonly klCoef: number
      readonly klType: KlType
      /** Coefficient of the entropy bonus; 0 leaves it out. */
      readonly entropyCoef: number
    }
  | { readonly kind: 'sft' }

export interface OptimizerOptions {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
  readonly weightDecay: number
  /** Upper bound of the global gradient norm; 0 leaves gradients as they are. */
  readonly clipGrad: number
}

export interface TrainStepRequest {
  readonly groups: readonly TrainGroup[]
  readonly loss: LossOptions
  readonly optimizer: OptimizerOptions
  /** Divides the logits, as at sampling. */
  readonly temperature: number
  /** Global divisor of the summed token losses: the number of trained tokens of the whole batch for a token mean. */
  readonly denominator: number
}

export interface TrainStepResult {
  readonly loss: number
  /** L2 norm of the whole gradient before clipping. */
  readonly gradNorm: number
  /** Mean over trained tokens of the exact entropy of the full distribution, nats. */
  readonly entropy: number
  /** Share of trained tokens whose ratio was clipped. */
  readonly clipShare: number
  /** Mean importance ratio pi/pi_old over trained tokens; of their sequences' ratios with 'gspo'. */
  readonly ratioMean: number
  /** Largest and mean |log pi - log pi_old| over trained tokens: the sampler/trainer mismatch gauge on the first pass. */
  readonly maxLogprobGap: number
  readonly meanLogprobGap: number
  /** Mean k3 estimate of KL(pi || pi_ref) over trained tokens; null without reference log-probabilities. */
  readonly kl: number | null
  /** Positions computed, and those of them that are useful: what prompts begin with in common is needed once a step. */
  readonly computedTokens: number
  readonly usefulTokens: number
  readonly seconds: number
}

/** Facts of the loaded model. */
export interface EngineModel {
  readonly architecture: string
  readonly parameters: number
  readonly vocabSize: number
  readonly maxPositions: number
  /** Ids that end an assistant's turn: the model's `eos_token_id` and the tokenizer's `eos_token`. */
  readonly eosTokenIds: readonly number[]
}

/** How busy the engine is at the moment. */
export interface EngineLoad {
  /** Samples being decoded, and how many can be decoded together. */
  readonly slotsInUse: number
  readonly slots: number
  /** Samples that wait for a slot. */
  readonly waiting: number
}

/** Matrices of a layer that an adapter may stand beside, as PEFT's `target_modules` names them. */
export const loraTargets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const

export type LoraTarget = (typeof loraTargets)[number]

/** Trains low-rank adapters instead of the weights (LoRA, arXiv 2106.09685). */
export interface LoraOptions {
  /** Columns of A and rows of B; more can learn more and costs more memory. */
  readonly rank: number
  /** The product A B is multiplied by alpha / rank. Default: twice the rank. */
  readonly alpha?: number | undefined
  /** Default: all linear layers. */
  readonly targets?: readonly LoraTarget[] | undefined
  /** Decides the start of A; B starts at zero, so that training starts from the model itself. Default 0. */
  readonly seed?: number | undefined
}

/** Where a model is trained; 'auto' takes a graphics card where it pays and is proven right at start. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu'

export interface EngineOptions {
  /** Hugging Face folder: config.json, model.safetensors (or shards with an index), tokenizer.json, tokenizer_config.json. */
  readonly modelPath: string
  /** Threads of the maths library. Default: the number of cores. */
  readonly threads?: number | undefined
  /**
   * Where rollouts are sampled and trained (docs/webgpu.md); with `lora` a card computes gradients alone. 'webgpu' needs a
   * graphics card with Vulkan, and rejects with 'device-unavailable' when its numbers are not the CPU's. Default 'cpu'.
   */
  readonly device?: DeviceChoice | undefined
  /** True keeps gradients and optimizer state ready and allows `trainStep`. Default false: serving only, faster decode. */
  readonly isTrainable?: boolean | undefined
  /** Trains adapters of low rank and keeps the model's own weights; without it all weights are trained. */
  readonly lora?: LoraOptions | undefined
  /**
   * True keeps only each layer's input for the backward pass and computes the layer again there: far less memory, about
   * a third more time (arXiv 1604.06174). Default false.
   */
  readonly recomputeActivations?: boolean | undefined
  /** Most token positions of one forward and backward pass; gradients do not depend on it. Default: what memory suggests. */
  readonly maxTokensPerMicroBatch?: number | undefined
  /** Sequences decoded together at most. Default 128. */
  readonly maxBatch?: number | undefined
  /**
   * Rounds the matrices to 8 or 4 bits when the model is loaded: faster at few sequences, and another distribution than
   * the trained one; docs/serving.md has the figures. Serving only. Default: none.
   */
  readonly quantization?: Quantization | undefined
}
