import type { Dim, Value } from '../graph/graph-builder.js'
import type { Tape } from '../graph/tape.js'

/** Which sequence each row belongs to. */
export interface Segments {
  /** [rows, sequences]: 1 where the row is a trained token of the sequence, 0 elsewhere. */
  readonly membership: Value
  /** 1 / (trained tokens of the row's sequence), [rows, 1]. */
  readonly inverseLength: Value
}

/**
 * Gives every row the mean over its sequence: [rows, 1] -> [rows, 1]. Sums are products with the membership matrix, since
 * a scatter that adds at repeated indices loses updates on ONNX Runtime.
 */
export function segmentMean(tape: Tape, x: Value, { membership, inverseLength }: Segments): Value {
  const { graph } = tape
  const [rows, sequences] = membership.shape as [Dim, Dim]
  const sumAndSpread = (column: Value) => {
    const sums = graph.op('Gemm', [membership, column], [sequences, 1], { transA: 1 })
    return graph.op('Gemm', [membership, sums], [rows, 1])
  }
  const scaled = (column: Value) => graph.op('Mul', [column, inverseLength], [rows, 1])
  const y = sumAndSpread(scaled(x))
  tape.record([x], [y], ([d]) => {
    if (tape.needs(x)) tape.accumulate(x, scaled(sumAndSpread(d as Value)))
  })
  return y
}
