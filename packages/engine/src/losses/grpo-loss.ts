import type { Value } from '../graph/graph-builder.js'
import { add, clip, exp, minimum, multiply, subtract, sum } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import type { TokenStatistics } from '../transformer/token-statistics.js'

/** One row a trained token, all [rows, 1]; scalars are []. */
export interface GrpoLossInputs {
  /** log pi_old. */
  readonly oldLogprob: Value
  readonly advantage: Value
  /** 1 / denominator for a trained token, 0 for one that carries no loss. */
  readonly weight: Value
  /** 1 - epsClip and 1 + epsClipHigh. */
  readonly ratioLow: Value
  readonly ratioHigh: Value
  readonly kl: { readonly type: 'k2' | 'k3'; readonly coefficient: Value; readonly refLogprob: Value } | null
  readonly entropyCoefficient: Value | null
}

/**
 * Writes the GRPO loss (arXiv 2402.03300) with clip-higher (DAPO, arXiv 2503.14476): the weighted sum over tokens of
 *   -min(r A, clip(r, 1 - eps, 1 + epsHigh) A) + klCoef KL - entropyCoef H,   r = exp(log pi - log pi_old).
 * Which mean it is (over tokens of the batch, samples, a constant) lies in `weight` alone.
 * KL: k2 = (log pi - log pi_ref)^2 / 2, whose gradient is that of the reverse KL on-policy (arXiv 2510.01555);
 * k3 = r (exp(d) - d - 1), d = log pi_ref - log pi, weighted by the ratio (DeepSeek-V3.2, arXiv 2512.02556).
 */
export function grpoLoss(tape: Tape, { logprob, entropy }: TokenStatistics, inputs: GrpoLossInputs): Value {
  const { graph } = tape
  const ratio = exp(tape, subtract(tape, logprob, inputs.oldLogprob))
  const clipped = clip(tape, ratio, inputs.ratioLow, inputs.ratioHigh)
  const objective = minimum(tape, multiply(tape, ratio, inputs.advantage), multiply(tape, clipped, inputs.advantage))
  let loss = multiply(tape, objective, graph.scalar(-1))
  if (inputs.kl !== null) {
    const gap = subtract(tape, inputs.kl.refLogprob, logprob)
    const estimate =
      inputs.kl.type === 'k2'
        ? multiply(tape, multiply(tape, gap, gap), graph.scalar(0.5))
        : multiply(tape, ratio, subtract(tape, subtract(tape, exp(tape, gap), gap), graph.scalar(1)))
    loss = add(tape, loss, multiply(tape, estimate, inputs.kl.coefficient))
  }
  if (inputs.entropyCoefficient !== null)
    loss = subtract(tape, loss, multiply(tape, entropy, inputs.entropyCoefficient))
  return sum(tape, multiply(tape, loss, inputs.weight))
}
