import {
  type DecoderShape,
  type LoraTarget,
  loraTargets,
  type ModelConfig,
  mostPassTokens,
  replicaCount,
  threadsOfReplicas,
} from '@training-gym/engine'
import type { ModelFacts } from '../models/model.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import { gaugedGroups } from './policy-logprobs.js'
import type { ResolvedSft } from './sft-recipe.js'

/** The sizes of a model that memory and time depend on. */
export interface ModelShape extends DecoderShape {
  readonly tiedHead: boolean
}

/** Reads the shape off the facts of the catalogue, so that nothing need be downloaded. */
export function shapeOfFacts(facts: ModelFacts): ModelShape {
  const { layers, hiddenSize: hidden, intermediateSize: intermediate, heads, kvHeads, headDim } = facts
  const qkNorm = facts.architecture.startsWith('qwen3')
  return {
    layers,
    hidden,
    intermediate,
    heads,
    kvHeads,
    headDim,
    vocab: facts.vocabSize,
    qkNorm,
    tiedHead: facts.isTied,
  }
}

/** Reads the shape off a model folder's configuration. */
export function shapeOfConfig(config: ModelConfig): ModelShape {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocab, qkNorm, tiedHead } = config
  return { layers, hidden, heads, kvHeads, headDim, intermediate, vocab, qkNorm, tiedHead }
}

/** Weights of a model: those of each layer's matrices by PEFT's name [in, out], and all together. */
export interface WeightCounts {
  readonly layerMatrices: Readonly<Record<string, readonly [number, number]>>
  /** All matrices of all layers. */
  readonly layers: number
  /** One vocabulary table. */
  readonly table: number
  readonly all: number
}

/** Counts a model's weights from its shape; norms and biases, a thousandth of them, are left out. */
export function countWeights(shape: ModelShape): WeightCounts {
  const { hidden, heads, kvHeads, headDim, intermediate, vocab, tiedHead } = shape
  const layerMatrices = {
    q_proj: [hidden, heads * headDim],
    k_proj: [hidden, kvHeads * headDim],
    v_proj: [hidden, kvHeads * headDim],
    o_proj: [heads * headDim, hidden],
    gate_proj: [hidden, intermediate],
    up_proj: [hidden, intermediate],
    down_proj: [intermediate, hidden],
  } as const
  const layers = shape.layers * Object.values(layerMatrices).reduce((sum, [rows, columns]) => sum + rows * columns, 0)
  const table = vocab * hidden
  return { layerMatrices, layers, table, all: layers + (tiedHead ? 1 : 2) * table }
}

/** How a rollout's tokens are laid out into passes. */
export interface TrainingPlan {
  readonly kind: 'grpo' | 'sft'
  /** Copies of the model that sample and train a part of the rollout each; `pass` and `sampling` are those of one. */
  readonly replicas: number
  /** Of one replica. */
  readonly threads: number
  /** Prompts (for SFT: conversations) a rollout, and samples of each. */
  readonly prompts: number
  readonly samples: number
  readonly promptTokens: number
  /** How many of these all prompts begin with: computed once a pass. */
  readonly commonPromptTokens: number
  readonly responseTokens: number
  readonly rollouts: number
  readonly lora: { readonly rank: number; readonly targets: readonly LoraTarget[] } | null
  readonly recomputesLayers: boolean
  /** The largest pass: positions, rows that predict, keys that each sees at most; groups, responses of each. */
  readonly pass: {
    readonly tokens: number
    readonly rows: number
    readonly width: number
    readonly groups: number
    readonly responses: number
  }
  /** Prompts that are computed side by side, sequences that are decoded together, and tokens that one may have at most. */
  readonly sampling: { readonly prompts: number; readonly slots: number; readonly mostTokens: number }
  /** Optimizer steps a rollout. */
  readonly updates: number
  /** True where the starting weights are kept, for the KL to them. */
  readonly keepsReference: boolean
  /** How much of a rollout is scored besides training: for the KL to the start, for log-probabilities of the trainer. */
  readonly scoredShare: number
  /**
   * Positions of a whole rollout, each prompt once, or once for each pass that its group needs, what all begin with once a
   * pass; and the rows among them.
   */
  readonly rolloutTokens: number
  readonly rolloutRows: number
}

/** Sequences that the engine decodes together at most, and prompt positions that it computes in one go. */
const mostSlots = 128
const mostPromptPositions = 2048

/** Lays a recipe's rollout out as the engine does when every prompt and response has the given length. */
export function planTraining(
  shape: ModelShape,
  recipe:
    | { readonly kind: 'grpo'; readonly options: ResolvedGrpo }
    | { readonly kind: 'sft'; readonly options: ResolvedSft },
  lengths: { readonly promptTokens: number; readonly commonPromptTokens?: number; readonly responseTokens?: number },
  threads: number,
): TrainingPlan {
  const { loraRank, loraTargets: targets = loraTargets, recomputeActivations = false, device } = recipe.options
  const isGrpo = recipe.kind === 'grpo'
  const prompts = isGrpo ? recipe.options.rolloutBatchSize : recipe.options.globalBatchSize
  const samples = isGrpo ? recipe.options.nSamplesPerPrompt : 1
  const responseTokens = lengths.responseTokens ?? (isGrpo ? recipe.options.rolloutMaxResponseLen : 64)
  const { promptTokens, commonPromptTokens = 0 } = lengths
  // The last token of a prompt stands in front of each response.
  const shared = promptTokens - 1
  const width = shared + responseTokens
  // Adapters are small beside the smallest budget of a pass.
  const gradientBytes = loraRank === undefined ? Float32Array.BYTES_PER_ELEMENT * countWeights(shape).all : 0
  const lora = loraRank === undefined ? null : { rank: loraRank, targets }
  const engine = { isTrainable: true, ...(lora && { lora }), ...(device && { device }) }
  const replicas = replicaCount(engine, threads, countWeights(shape).all)
  const limits = { width, recomputesLayers: recomputeActivations, gradientBytes, replicas }
  const most = recipe.options.maxTokensPerMicroBatch ?? mostPassTokens(shape, limits)
  const responses = Math.max(1, Math.min(samples, Math.floor((most - shared) / responseTokens)))
  const part = shared - commonPromptTokens + responses * responseTokens
  const parts = prompts * Math.ceil(samples / responses)
  const perReplica = Math.ceil(parts / replicas)
  const perPass = Math.max(1, Math.min(perReplica, Math.floor((most - commonPromptTokens) / part)))
  return {
    kind: recipe.kind,
    replicas,
    threads: threadsOfReplicas(threads, replicas)[0] as number,
    prompts,
    samples,
    promptTokens,
    commonPromptTokens,
    responseTokens,
    rollouts: isGrpo ? recipe.options.numRollout : (recipe.options.numRollout ?? 1),
    lora,
    recomputesLayers: recomputeActivations,
    pass: {
      tokens: commonPromptTokens + perPass * part,
      rows: perPass * responses * responseTokens,
      width,
      groups: perPass,
      responses,
    },
    sampling: {
      prompts: Math.max(1, Math.min(Math.ceil(prompts / replicas), Math.floor(mostPromptPositions / promptTokens))),
      slots: Math.ceil(Math.min(mostSlots, prompts * samples) / replicas),
      mostTokens: isGrpo ? recipe.options.rolloutMaxResponseLen : responseTokens,
    },
    updates: isGrpo ? (prompts * samples) / (recipe.options.globalBatchSize ?? prompts * samples) : 1,
    keepsReference: isGrpo && recipe.options.measureKl,
    scoredShare: isGrpo ? scoredShare(recipe.options) : 0,
    rolloutTokens:
      parts * (shared - commonPromptTokens) +
      prompts * samples * responseTokens +
      (parts / perPass) * commonPromptTokens,
    rolloutRows: prompts * samples * responseTokens,
  }
}

function scoredShare({ rolloutBatchSize, klLossCoef, measureKl, useTis }: ResolvedGrpo): number {
  const gauged = measureKl ? Math.ceil(rolloutBatchSize / gaugedGroups) / rolloutBatchSize : 0
  return (klLossCoef === 0 ? gauged : 1) + (useTis ? 1 : 0)
}
