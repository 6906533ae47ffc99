import type { Value } from '../graph/graph-builder.js'
import { multiply, sum } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import type { TokenStatistics } from '../transformer/token-statistics.js'

/** Writes the cross-entropy loss: the weighted sum of -log pi over tokens; `weight` [rows, 1] holds 1 / denominator or 0. */
export function sftLoss(tape: Tape, { logprob }: TokenStatistics, weight: Value): Value {
  return sum(tape, multiply(tape, multiply(tape, logprob, tape.graph.scalar(-1)), weight))
}
