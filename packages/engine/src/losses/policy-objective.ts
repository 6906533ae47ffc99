import type { PolicyLoss } from '../engine-api.js'
import type { Value } from '../graph/graph-builder.js'
import { clip, exp, minimum, multiply } from '../graph/operators.js'
import type { Tape } from '../graph/tape.js'
import { type Segments, segmentMean } from './segment-mean.js'

/** Beyond these the exponential says nothing more and soon overflows in float32; the gradient is zero there. */
const maxLogRatio = 20

/** One row a trained token, all [rows, 1]; scalars are []. */
export interface PolicyObjectiveInputs {
  readonly logprob: Value
  /** log pi - log pi_old. */
  readonly logRatio: Value
  readonly advantage: Value
  /** 1 - epsClip and 1 + epsClipHigh. */
  readonly ratioLow: Value
  readonly ratioHigh: Value
  /** Needed by 'gspo' alone. */
  readonly segments: Segments | null
}

/** Computes exp(x), with x clamped to +-20. */
export function clampedExp(tape: Tape, x: Value): Value {
  return exp(tape, clip(tape, x, tape.graph.scalar(-maxLogRatio), tape.graph.scalar(maxLogRatio)))
}

/** Writes what is to be maximised at each token, [rows, 1], before weights and the sum. */
export function policyObjective(tape: Tape, kind: PolicyLoss, inputs: PolicyObjectiveInputs): Value {
  switch (kind) {
    case 'grpo':
      return clipped(tape, clampedExp(tape, inputs.logRatio), inputs)
    case 'gspo':
      return clipped(tape, sequenceRatio(tape, inputs), inputs)
    case 'cispo':
      return multiply(tape, multiply(tape, clippedWeight(tape, inputs), inputs.advantage), inputs.logprob)
  }
}

/** min(r A, clip(r) A): PPO's pessimistic bound (arXiv 1707.06347), with two different clips (DAPO, arXiv 2503.14476). */
function clipped(tape: Tape, ratio: Value, { advantage, ratioLow, ratioHigh }: PolicyObjectiveInputs): Value {
  const bounded = clip(tape, ratio, ratioLow, ratioHigh)
  return minimum(tape, multiply(tape, ratio, advantage), multiply(tape, bounded, advantage))
}

/** The sequence's ratio to the power of 1 / length, at each of its rows (GSPO, arXiv 2507.18071, equation 7). */
function sequenceRatio(tape: Tape, { logRatio, segments }: PolicyObjectiveInputs): Value {
  if (segments === null) throw new Error('the sequence-level loss needs to know which row belongs to which sequence')
  return clampedExp(tape, segmentMean(tape, logRatio, segments))
}

/**
 * clip(r) as a constant: its nodes are not recorded, so that no gradient runs through them and every token keeps one,
 * through log pi alone (CISPO, arXiv 2506.13585, equation 4).
 */
function clippedWeight({ graph }: Tape, { logRatio, ratioLow, ratioHigh }: PolicyObjectiveInputs): Value {
  const bounds = [graph.scalar(-maxLogRatio), graph.scalar(maxLogRatio)]
  const ratio = graph.op('Exp', [graph.op('Clip', [logRatio, ...bounds], logRatio.shape)], logRatio.shape)
  return graph.op('Clip', [ratio, ratioLow, ratioHigh], ratio.shape)
}
