import type { KlType, PolicyLoss } from '../engine-api.js'
import type { Value } from '../graph/graph-builder.js'
import { add, multiply, subtract, sum } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import type { TokenStatistics } from '../transformer/token-statistics.js'
import { klPenalty } from './kl-penalty.js'
import { policyObjective } from './policy-objective.js'
import type { Segments } from './segment-mean.js'

/** One row a trained token, all [rows, 1]; scalars are []. */
export interface GrpoLossInputs {
  readonly policyLoss: PolicyLoss
  /** log pi_old. */
  readonly oldLogprob: Value
  readonly advantage: Value
  /** 1 / denominator for a trained token, 0 for one that carries no loss. */
  readonly weight: Value
  /** 1 - epsClip and 1 + epsClipHigh. */
  readonly ratioLow: Value
  readonly ratioHigh: Value
  readonly segments: Segments | null
  readonly kl: { readonly type: KlType; readonly coefficient: Value; readonly refLogprob: Value } | null
  readonly entropyCoefficient: Value | null
}

/**
 * Writes the loss of a policy step, the weighted sum over tokens of
 *   -objective + klCoef KL - entropyCoef H,
 * with the objective of GRPO (arXiv 2402.03300), GSPO or CISPO (policy-objective.ts) and the KL of kl-penalty.ts.
 * Which mean it is (over tokens of the batch, samples, a constant) lies in `weight` alone.
 */
export function grpoLoss(
  tape: Tape,
  { logprob, entropy }: Pick<TokenStatistics, 'logprob' | 'entropy'>,
  inputs: GrpoLossInputs,
): Value {
  const { graph } = tape
  const logRatio = subtract(tape, logprob, inputs.oldLogprob)
  const objective = policyObjective(tape, inputs.policyLoss, { ...inputs, logprob, logRatio })
  let loss = multiply(tape, objective, graph.scalar(-1))
  if (inputs.kl !== null) {
    const { type, coefficient, refLogprob } = inputs.kl
    const estimate = klPenalty(tape, type, { logprob, refLogprob, logRatio })
    loss = add(tape, loss, multiply(tape, estimate, coefficient))
  }
  if (inputs.entropyCoefficient !== null)
    loss = subtract(tape, loss, multiply(tape, entropy, inputs.entropyCoefficient))
  return sum(tape, multiply(tape, loss, inputs.weight))
}
