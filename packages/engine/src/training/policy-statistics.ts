import type { LossOptions, TrainGroup, TrainStepResult } from '../engine-api.js'
import type { PackedBatch } from './pack-groups.js'

export interface PolicyStatistics
  extends Pick<TrainStepResult, 'entropy' | 'clipShare' | 'ratioMean' | 'maxLogprobGap' | 'meanLogprobGap' | 'kl'> {
  /** Tokens that the means run over, and those of them that `kl` does. */
  readonly trainedTokens: number
  readonly klTokens: number
}

/** Gathers what the policy did on the trained tokens of a step, batch by batch. */
export function policyStatistics(loss: LossOptions) {
  let count = 0
  let entropySum = 0
  let ratioSum = 0
  let clipped = 0
  let maxLogprobGap = 0
  let gapSum = 0
  let klSum = 0
  let klCount = 0
  return {
    add(batch: PackedBatch, groups: readonly TrainGroup[], logprob: Float32Array, entropy: Float32Array): void {
      const responseOf = ({ groupIndex, responseIndex }: PackedBatch['owners'][number]) =>
        groups[groupIndex]?.responses[responseIndex] as TrainGroup['responses'][number]
      batch.owners.forEach((owner, row) => {
        const { refLogprobs } = responseOf(owner)
        count += 1
        entropySum += entropy[row] as number
        const ref = refLogprobs?.[owner.tokenIndex]
        if (ref === undefined) return
        const gap = ref - (logprob[row] as number)
        klSum += Math.exp(gap) - gap - 1
        klCount += 1
      })
      if (loss.kind === 'sft') return
      const logRatios = batch.owners.map(
        (owner, row) => (logprob[row] as number) - (responseOf(owner).oldLogprobs[owner.tokenIndex] as number),
      )
      for (const logRatio of logRatios) {
        maxLogprobGap = Math.max(maxLogprobGap, Math.abs(logRatio))
        gapSum += Math.abs(logRatio)
      }
      const used = loss.policyLoss === 'gspo' ? sequenceMeans(batch, logRatios) : logRatios
      batch.owners.forEach((owner, row) => {
        const ratio = Math.exp(used[row] as number)
        ratioSum += ratio
        if (isClipped(loss, ratio, responseOf(owner).advantage)) clipped += 1
      })
    },
    result(): PolicyStatistics {
      const mean = (total: number) => (count === 0 ? 0 : total / count)
      return {
        entropy: mean(entropySum),
        clipShare: mean(clipped),
        ratioMean: loss.kind === 'sft' ? 1 : mean(ratioSum),
        maxLogprobGap,
        meanLogprobGap: mean(gapSum),
        kl: klCount === 0 ? null : klSum / klCount,
        trainedTokens: count,
        klTokens: klCount,
      }
    },
  }
}

/** A clip of the objective bites only where it would still improve beyond; one of the weight bites on both sides. */
function isClipped(loss: Extract<LossOptions, { kind: 'grpo' }>, ratio: number, advantage: number): boolean {
  const isAbove = ratio > 1 + loss.epsClipHigh
  const isBelow = ratio < 1 - loss.epsClip
  if (loss.policyLoss === 'cispo') return isAbove || isBelow
  return (isAbove && advantage > 0) || (isBelow && advantage < 0)
}

/** Gives each row the mean over its sequence. */
function sequenceMeans({ owners }: PackedBatch, values: readonly number[]): number[] {
  const totals = new Map<string, { sum: number; count: number }>()
  const totalOf = owners.map(({ groupIndex, responseIndex }, row) => {
    const key = `${groupIndex}:${responseIndex}`
    const total = totals.get(key) ?? { sum: 0, count: 0 }
    totals.set(key, total)
    total.sum += values[row] as number
    total.count += 1
    return total
  })
  return totalOf.map(({ sum, count }) => sum / count)
}
