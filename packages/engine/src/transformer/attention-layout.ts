import type { ModelConfig } from '../checkpoint/model-config.js'
import type { Dim, Value } from '../graph/graph-builder.js'
import { type AttentionOperands, reshape, transpose } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'

/** Queries, keys and values of a layer as their products leave them: a row a token, its heads behind each other. */
export interface HeadRows {
  readonly queries: Value
  readonly keys: Value
  readonly values: Value
}

/** Puts tokens where attention reads them, and what it makes of them back into rows of tokens. */
export interface AttentionLayout {
  arrange(tape: Tape, rows: HeadRows): AttentionOperands
  /** Takes what attention made of the queries; gives [tokens, heads * headDim]. */
  restore(tape: Tape, attended: Value): Value
}

/** Whole sequences of one padded length: tokens are [batch * time], the mask [batch, 1, 1, time, time]. */
export function sequenceLayout(config: ModelConfig, batch: Dim, time: Dim, tokens: Dim, mask: Value): AttentionLayout {
  const { heads, kvHeads, headDim } = config
  const perKv = heads / kvHeads
  const byHead = (tape: Tape, value: Value) =>
    transpose(tape, reshape(tape, value, [batch, time, kvHeads, headDim]), [0, 2, 1, 3])
  return {
    arrange: (tape, { queries, keys, values }) => {
      const q = transpose(tape, reshape(tape, queries, [batch, time, kvHeads, perKv, headDim]), [0, 2, 3, 1, 4])
      return {
        queries: reshape(tape, q, [batch, kvHeads, 'queries', headDim]),
        keys: byHead(tape, keys),
        values: byHead(tape, values),
        mask,
      }
    },
    restore: (tape, attended) => {
      const split = reshape(tape, attended, [batch, kvHeads, perKv, time, headDim])
      return reshape(tape, transpose(tape, split, [0, 3, 1, 2, 4]), [tokens, heads * headDim])
    },
  }
}
