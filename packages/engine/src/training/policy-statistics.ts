import type { LossOptions, TrainGroup, TrainStepResult } from '../engine-api.js'
import type { PackedBatch } from './pack-groups.js'

type PolicyStatistics = Pick<TrainStepResult, 'entropy' | 'clipShare' | 'ratioMean' | 'maxLogprobGap' | 'kl'>

/** Gathers what the policy did on the trained tokens of a step, batch by batch. */
export function policyStatistics(loss: LossOptions) {
  let count = 0
  let entropySum = 0
  let ratioSum = 0
  let clipped = 0
  let maxLogprobGap = 0
  let klSum = 0
  let klCount = 0
  const low = loss.kind === 'grpo' ? 1 - loss.epsClip : 0
  const high = loss.kind === 'grpo' ? 1 + loss.epsClipHigh : Number.POSITIVE_INFINITY
  return {
    add(batch: PackedBatch, groups: readonly TrainGroup[], logprob: Float32Array, entropy: Float32Array): void {
      batch.owners.forEach(({ groupIndex, responseIndex, tokenIndex }, row) => {
        const response = groups[groupIndex]?.responses[responseIndex] as TrainGroup['responses'][number]
        const now = logprob[row] as number
        count += 1
        entropySum += entropy[row] as number
        const ref = response.refLogprobs?.[tokenIndex]
        if (ref !== undefined) {
          const gap = ref - now
          klSum += Math.exp(gap) - gap - 1
          klCount += 1
        }
        if (loss.kind === 'sft') return
        const logRatio = now - (response.oldLogprobs[tokenIndex] as number)
        const ratio = Math.exp(logRatio)
        ratioSum += ratio
        maxLogprobGap = Math.max(maxLogprobGap, Math.abs(logRatio))
        // The clip bites only where the objective would still improve beyond it.
        if ((ratio > high && response.advantage > 0) || (ratio < low && response.advantage < 0)) clipped += 1
      })
    },
    result(): PolicyStatistics {
      const mean = (total: number) => (count === 0 ? 0 : total / count)
      return {
        entropy: mean(entropySum),
        clipShare: mean(clipped),
        ratioMean: loss.kind === 'sft' ? 1 : mean(ratioSum),
        maxLogprobGap,
        kl: klCount === 0 ? null : klSum / klCount,
      }
    },
  }
}
