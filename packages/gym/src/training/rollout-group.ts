import type { DatasetRow, Message } from '../trip.js'

/** One sample on its trip: drawn, then scored, then given an advantage. */
export interface RolloutSample {
  readonly tokenIds: readonly number[]
  /** Log-probability of each token where it was sampled. */
  readonly logprobs: readonly number[]
  readonly response: string
  readonly finishReason: 'stop' | 'length'
  /** log pi of the policy that the update starts from: the sampler's, unless the trainer computed them again. */
  oldLogprobs: readonly number[]
  /** log pi of the starting policy for each token, once measured. */
  refLogprobs: readonly number[]
  /** What the reward said. Null until scored, and for ever when unscorable. */
  score: number | null
  /** Added to the score before advantages are computed, never above 0; not shown as part of the score. */
  overlongPenalty: number
  details: Readonly<Record<string, unknown>>
  /** Null where the sample carries no loss: flat group, unscorable, or cut off and masked. */
  advantage: number | null
}

/** The samples of one prompt. Its identity, not its place in an array, is what advantages are computed in. */
export interface RolloutGroup {
  readonly row: DatasetRow
  readonly messages: readonly Message[]
  readonly promptTokenIds: readonly number[]
  readonly samples: readonly RolloutSample[]
}

/** Gives what advantages are made of: the score and what its length costs; null where there is no score. */
export function shapedReward({ score, overlongPenalty }: RolloutSample): number | null {
  return score === null ? null : score + overlongPenalty
}

/** Tells whether a group has something to teach: at least one sample with an advantage. */
export function isTrainable({ samples }: RolloutGroup): boolean {
  return samples.some(({ advantage }) => advantage !== null)
}
