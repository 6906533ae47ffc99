import type { Dim, Value } from '../graph/graph-builder.js'
import { accumulateTransposed, embed, multiply, rowProduct, subtract } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'

export interface TokenStatistics {
  /** Natural log of each target's probability, [rows, 1]. */
  readonly logprob: Value
  /** Entropy of the whole distribution at each row, nats, [rows, 1]. */
  readonly entropy: Value
  /** The head's rows of the targets, [rows, hidden]: their gradient is the caller's to add into the head by target id. */
  readonly targetRows: Value
}

/**
 * Scores target tokens under softmax(hidden @ head^T / temperature).
 *
 * The wide [rows, vocab] arrays are passed over as rarely as possible: log p = z_target - log(sum(exp(z))), whose first
 * term needs the target's row of the head alone, and whose second has the gradient p. The sum of p z, which the entropy
 * needs, is hidden . (p @ head), a product that the backward pass makes anyway.
 */
export function tokenStatistics(
  tape: Tape,
  hidden: Value,
  head: Value,
  targets: Value,
  inverseTemperature: Value,
): TokenStatistics {
  const x = multiply(tape, hidden, inverseTemperature)
  const targetRows = embed(tape, head, targets)
  const { logTotal, entropy } = logTotalAndEntropy(tape, x, head)
  return { logprob: subtract(tape, rowProduct(tape, x, targetRows), logTotal), entropy, targetRows }
}

/** log(sum(exp(x @ head^T))) of each row and the entropy of the softmax, both [rows, 1]. */
function logTotalAndEntropy(tape: Tape, x: Value, head: Value): { logTotal: Value; entropy: Value } {
  const { graph } = tape
  const rows = x.shape[0] as Dim
  const column = [rows, 1]
  const wide = [rows, head.shape[0] as number]
  const logits = graph.op('Gemm', [x, head], wide, { transB: 1 })
  const p = graph.op('Softmax', [logits], wide, { axis: -1 })
  const pick = (source: Value, index: Value) => graph.op('GatherElements', [source, index], column, { axis: 1 })
  // log(sum(exp(z))) = z_max - log(p_max): finite for every target, however unlikely.
  const likeliest = graph.op('ArgMax', [logits], column, { axis: 1, keepdims: 1 }, { type: 'int64' })
  const logTotal = graph.op('Sub', [pick(logits, likeliest), graph.op('Log', [pick(p, likeliest)], column)], column)
  const expectedRow = graph.op('Gemm', [p, head], x.shape)
  const scaled = (value: Value, by: Value) => graph.op('Mul', [value, by], value.shape)
  const meanLogit = graph.op('ReduceSum', [scaled(x, expectedRow), graph.ints([1])], column, { keepdims: 1 })
  const entropy = graph.op('Sub', [logTotal, meanLogit], column)

  const addToHead = (dLogits: Value, weighted: Value, alpha: number) => {
    if (!tape.needs(head)) return
    accumulateTransposed(tape, head, dLogits, weighted, alpha)
  }
  tape.record([x, head], [logTotal, entropy], ([dTotal, dEntropy]) => {
    if (dTotal) {
      tape.accumulate(x, scaled(expectedRow, dTotal))
      addToHead(p, scaled(x, dTotal), 1)
    }
    if (dEntropy) {
      // dH/dz = -p * (log p + H)
      const surprise = graph.op('Add', [logits, graph.op('Sub', [entropy, logTotal], column)], wide)
      const dLogits = graph.op('Mul', [p, surprise], wide)
      tape.accumulate(x, scaled(graph.op('Gemm', [dLogits, head], x.shape, { alpha: { float: -1 } }), dEntropy))
      addToHead(dLogits, scaled(x, dEntropy), -1)
    }
  })
  return { logTotal, entropy }
}
