import type { TrainGroup } from '../engine-api.js'
import { distinctTokens } from '../training/distinct-tokens.js'
import type { Gradient } from '../training/trainer.js'

/** What replicas say of their shares of `groups`, as one replica would of all of them. */
export function mergeGradients(parts: readonly Gradient[], groups: readonly TrainGroup[]): Gradient {
  const first = parts[0] as Gradient
  if (parts.length === 1) return first
  const sum = (of: (part: Gradient) => number) => parts.reduce((total, part) => total + of(part), 0)
  const mean = (of: (part: Gradient) => number, count: (part: Gradient) => number) => {
    const total = sum(count)
    return total === 0 ? of(first) : sum((part) => of(part) * count(part)) / total
  }
  const trained = ({ trainedTokens }: Gradient) => trainedTokens
  const measured = ({ klTokens }: Gradient) => klTokens
  return {
    loss: sum(({ loss }) => loss),
    entropy: mean(({ entropy }) => entropy, trained),
    clipShare: mean(({ clipShare }) => clipShare, trained),
    ratioMean: mean(({ ratioMean }) => ratioMean, trained),
    maxLogprobGap: Math.max(...parts.map(({ maxLogprobGap }) => maxLogprobGap)),
    meanLogprobGap: mean(({ meanLogprobGap }) => meanLogprobGap, trained),
    kl: sum(measured) === 0 ? null : mean(({ kl }) => kl ?? 0, measured),
    trainedTokens: sum(trained),
    klTokens: sum(measured),
    computedTokens: sum(({ computedTokens }) => computedTokens),
    usefulTokens: distinctTokens(groups),
  }
}
