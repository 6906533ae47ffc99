import type { Dim, Value } from '../graph/graph-builder.js'
import { multiply } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'

export interface TokenStatistics {
  /** Natural log of each target's probability, [rows, 1]. */
  readonly logprob: Value
  /** Entropy of the whole distribution at each row, nats, [rows, 1]. */
  readonly entropy: Value
}

/**
 * Scores target tokens under softmax(hidden @ head^T / temperature).
 *
 * Written as one operator because the naive form would pass over [rows, vocab] many times. Forward: one product, one
 * softmax, one weighted sum. Backward of the log-probability: p - onehot by a scatter with ONE index a row (the safe
 * kind), its per-row coefficient multiplied into the narrow [rows, hidden] sides.
 */
export function tokenStatistics(
  tape: Tape,
  hidden: Value,
  head: Value,
  targets: Value,
  inverseTemperature: Value,
): TokenStatistics {
  const { graph } = tape
  const rows = hidden.shape[0] as Dim
  const vocab = head.shape[0] as number
  const column = [rows, 1]
  const wide = [rows, vocab]
  const ids = graph.reshape(targets, column)
  const x = multiply(tape, hidden, inverseTemperature)
  const logits = graph.op('Gemm', [x, head], wide, { transB: 1 })
  const p = graph.op('Softmax', [logits], wide, { axis: -1 })
  const pick = (source: Value, index: Value) => graph.op('GatherElements', [source, index], column, { axis: 1 })
  // log(sum(exp(z))) = z_max - log(p_max): finite for every target, however unlikely.
  const likeliest = graph.op('ArgMax', [logits], column, { axis: 1, keepdims: 1 }, { type: 'int64' })
  const logTotal = graph.op('Sub', [pick(logits, likeliest), graph.op('Log', [pick(p, likeliest)], column)], column)
  const logprob = graph.op('Sub', [pick(logits, ids), logTotal], column)
  const meanLogit = graph.op('ReduceSum', [graph.op('Mul', [p, logits], wide), graph.ints([1])], column, {
    keepdims: 1,
  })
  const entropy = graph.op('Sub', [logTotal, meanLogit], column)

  tape.record([x, head], [logprob, entropy], ([dLogprob, dEntropy]) => {
    const scaled = (value: Value, by: Value) => graph.op('Mul', [value, by], value.shape)
    const pushBack = (dLogits: Value, alpha: number, coefficient: Value | null) => {
      const scale = { alpha: { float: alpha } }
      if (tape.needs(x)) {
        const dx = graph.op('Gemm', [dLogits, head], x.shape, scale)
        tape.accumulate(x, coefficient ? scaled(dx, coefficient) : dx)
      }
      if (tape.needs(head)) {
        const old = tape.gradient(head)
        const weighted = coefficient ? scaled(x, coefficient) : x
        const inputs = old ? [dLogits, weighted, old] : [dLogits, weighted]
        tape.setGradient(head, graph.op('Gemm', inputs, head.shape, { transA: 1, ...scale }))
      }
    }
    if (dLogprob) {
      const minusOne = graph.op('Expand', [graph.scalar(-1), graph.shapeVector(column)], column)
      const difference = graph.op('ScatterElements', [p, ids, minusOne], wide, { axis: 1, reduction: 'add' })
      pushBack(difference, -1, dLogprob)
    }
    if (dEntropy) {
      // dH/dz = -p * (log p + H)
      const offset = graph.op('Sub', [entropy, logTotal], column)
      const surprise = graph.op('Add', [logits, offset], wide)
      pushBack(graph.op('Mul', [p, surprise], wide), -1, dEntropy)
    }
  })
  return { logprob, entropy }
}
