import type { ModelConfig } from '../checkpoint/model-config.js'
import type { Device } from '../graph/device.js'

/**
 * Positions of a pass, and what it may take for activations and the wide arrays over the vocabulary, bytes. On a processor
 * about 1,500 positions keep the activations of a small model near the size of the last-level cache; a graphics card wants
 * more work at once (135 million weights on an H100: a step takes 1.6 s in one pass of 4,352 positions, 2.6 s in four).
 */
const limits = {
  cpu: { mostTokens: 1536, passBudget: 1.25e9, largestBudget: 1.8e9 },
  webgpu: { mostTokens: 6144, passBudget: 4e9, largestBudget: 4e9 },
}
/** A pass returns a gradient that is copied and added up: up to the largest budget it may take this many times as much. */
const budgetPerGradient = 3.5

/** The sizes of a model that the memory of a pass depends on. */
export type DecoderShape = Pick<
  ModelConfig,
  'layers' | 'hidden' | 'heads' | 'kvHeads' | 'headDim' | 'intermediate' | 'vocab' | 'qkNorm'
>

/** One forward and backward pass. */
export interface PassShape {
  /** Positions, padding included. */
  readonly tokens: number
  /** Positions that predict a trained token. */
  readonly rows: number
  /** Keys that a position's scores are held for: the longest prompt and response. */
  readonly width: number
  readonly recomputesLayers: boolean
}

/** Where the activations of a pass peak, bytes in float32. */
export interface PassMemory {
  /** Kept from the forward for the backward pass. */
  readonly kept: number
  /** The arrays over the vocabulary, or one layer's backward pass, whichever is larger: they are not held together. */
  readonly passing: number
}

/**
 * Adds up what a pass holds. Kept a layer: the residual twice, both normed inputs, queries before attention and its
 * output on both sides of the transposition (queries and keys once more where heads are normed), keys, values, the
 * attention weights, and gate, up and their product.
 */
export function passMemory(shape: DecoderShape, { tokens, rows, width, recomputesLayers }: PassShape): PassMemory {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocab, qkNorm } = shape
  const queries = heads * headDim
  const keys = kvHeads * headDim
  const normed = qkNorm ? queries + keys : 0
  const layer = 4 * hidden + 3 * queries + 2 * keys + normed + 3 * intermediate + heads * width
  const backward = 2 * hidden + Math.max(5 * intermediate, 3 * heads * width + 3 * queries)
  const logits = 2 * rows * vocab
  if (!recomputesLayers) {
    return { kept: 4 * tokens * layers * layer, passing: 4 * Math.max(logits, tokens * backward) }
  }
  return { kept: 4 * tokens * layers * hidden, passing: 4 * Math.max(logits, tokens * (layer + backward)) }
}

export interface PassLimits extends Pick<PassShape, 'width' | 'recomputesLayers'> {
  /** What a pass returns: as much as all weights in float32, or as the adapters where those are trained. */
  readonly gradientBytes: number
  /** Default 'cpu'. */
  readonly device?: Device
  /** Replicas that compute a pass each at the same time: all of them together take what one would. Default 1. */
  readonly replicas?: number
}

/**
 * Suggests how many positions one pass may hold: as many as fit the budget, every position counted as one that predicts a
 * token, since a vocabulary of 150,000 outweighs the layers.
 */
export function mostPassTokens(
  shape: DecoderShape,
  { width, recomputesLayers, gradientBytes, device = 'cpu', replicas = 1 }: PassLimits,
): number {
  const { mostTokens, passBudget, largestBudget } = limits[device]
  const budget = Math.min(largestBudget, Math.max(passBudget, budgetPerGradient * gradientBytes))
  const { kept, passing } = passMemory(shape, { tokens: 1, rows: 1, width, recomputesLayers })
  const most = Math.min(mostTokens, budget / (kept + passing))
  return Math.max(64, Math.floor(most / replicas))
}
