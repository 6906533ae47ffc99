import type { KlType } from '../engine-api.js'
import type { Value } from '../graph/graph-builder.js'
import { multiply, subtract } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import { clampedExp } from './policy-objective.js'

/** One row a trained token, all [rows, 1]. */
export interface KlPenaltyInputs {
  readonly logprob: Value
  readonly refLogprob: Value
  /** log pi - log pi_old. */
  readonly logRatio: Value
}

/**
 * Writes an estimate of KL(pi || pi_ref) at each sampled token, [rows, 1], with d = log pi_ref - log pi
 * (http://joschu.net/blog/kl-approx.html). What matters in a loss is the gradient, not the value (arXiv 2510.01555):
 *
 * - k1 = -d. Right as a value, useless as a loss: on samples of the policy itself its gradient, that of log pi, has zero
 *   mean, so it adds noise and holds nothing.
 * - k2 = d^2 / 2. Its gradient is that of the reverse KL on-policy.
 * - k3 = r (exp(d) - d - 1), weighted by the importance ratio r, through which the gradient flows too (DeepSeek-V3.2,
 *   arXiv 2512.02556).
 */
export function klPenalty(tape: Tape, kind: KlType, { logprob, refLogprob, logRatio }: KlPenaltyInputs): Value {
  const { graph } = tape
  const gap = subtract(tape, refLogprob, logprob)
  switch (kind) {
    case 'k1':
      return multiply(tape, gap, graph.scalar(-1))
    case 'k2':
      return multiply(tape, multiply(tape, gap, gap), graph.scalar(0.5))
    case 'k3': {
      const excess = subtract(tape, subtract(tape, clampedExp(tape, gap), gap), graph.scalar(1))
      return multiply(tape, clampedExp(tape, logRatio), excess)
    }
  }
}
