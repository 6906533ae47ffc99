import type { ModelConfig } from '../checkpoint/model-config.js'

/** Batches of about this many positions keep activations of a small model near the size of the last-level cache. */
const mostTokens = 1536
/** What one pass may take for activations and the wide arrays over the vocabulary, bytes. */
const passBudget = 1.25e9

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

/**
 * Suggests how many positions one pass may hold: as many as fit the budget, every position counted as one that predicts a
 * token, since a vocabulary of 150,000 outweighs the layers.
 */
export function mostPassTokens(
  shape: DecoderShape,
  { width, recomputesLayers }: Pick<PassShape, 'width' | 'recomputesLayers'>,
): number {
  const { kept, passing } = passMemory(shape, { tokens: 1, rows: 1, width, recomputesLayers })
  return Math.max(64, Math.min(mostTokens, Math.floor(passBudget / (kept + passing))))
}
