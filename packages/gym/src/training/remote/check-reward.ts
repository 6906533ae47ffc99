import { GymError } from '../../errors.js'
import type { Reward } from '../../trip.js'
import type { ReadRows } from '../run-config.js'
import type { SlimeRecipeOptions } from '../slime-recipe.js'
import { bundleReward, type RewardBundle } from './bundle-reward.js'
import { type DryRunCall, dryRunReward } from './dry-run-reward.js'

/** Rows that a reward is tried on. */
const TRIED_ROWS = 3

export interface RewardToCheck {
  readonly options: SlimeRecipeOptions
  /** The reward, when the options do not carry it. */
  readonly reward?: Reward
  /** The rows of training, and those of evaluation while it trains. */
  readonly tried: readonly ReadRows[]
  readonly signal: AbortSignal
}

/** A reward that is ready to travel. */
export interface CheckedReward {
  /** Null for a run whose reward is a flag of slime. */
  readonly bundle: RewardBundle | null
  /** Failures that the recipe's policy allows. */
  readonly notices: readonly string[]
}

/**
 * Bundles the reward and tries it here, on real rows, as it will run beside the trainer: what breaks it breaks it before
 * anything is paid for.
 *
 * @throws GymError 'reward' naming the row, the response and the failure; 'config' when it cannot be bundled.
 */
export async function checkReward(wanted: RewardToCheck): Promise<CheckedReward> {
  const { options, tried, signal } = wanted
  const { customGenerateFunction: play, onRewardError = 'stop', rewardTimeLimitMs, unscorableScore } = options
  const reward = options.customRmFunction ?? wanted.reward
  if (reward === undefined && play === undefined) return { bundle: null, notices: [] }
  const bundle = await bundleReward({
    ...(reward !== undefined && { reward: { kind: 'function', fn: reward } }),
    ...(play !== undefined && { episode: { kind: 'function', fn: play } }),
  })
  const calls: TriedCall[] = []
  for (const { dataset, rows } of tried) {
    const made = await dryRunReward(bundle, {
      dataset,
      // An environment cannot be tried without a model that plays it; that it loads is tried all the same.
      rows: play === undefined ? rows.slice(0, TRIED_ROWS) : [],
      ...(rewardTimeLimitMs !== undefined && { timeLimitMs: rewardTimeLimitMs }),
      ...(unscorableScore !== undefined && { unscorableScore }),
      ...(reward !== undefined && { here: reward }),
      signal,
    })
    calls.push(...made.map((call) => ({ ...call, datasetName: dataset.name })))
  }
  const failed = calls.filter(({ failure }) => failure !== null)
  const [first] = failed
  if (first === undefined) return { bundle, notices: [] }
  const told = describeFailure(first, failed.length, calls.length)
  if (onRewardError !== 'stop') return { bundle, notices: [`${told}; the recipe lets such samples pass`] }
  throw new GymError('reward', 'reward-dry-run-failed', `${told}; nothing was started`)
}

interface TriedCall extends DryRunCall {
  readonly datasetName: string
}

function describeFailure({ datasetName, row, response, failure }: TriedCall, failed: number, tried: number): string {
  const count = failed === 1 ? '' : ` (${failed} of ${tried} tries failed)`
  return `the reward failed its dry run on row ${row} of ${datasetName} with ${shown[response]}: ${failure}${count}`
}

const shown: Readonly<Record<DryRunCall['response'], string>> = {
  'reference answer': 'the reference answer as response',
  empty: 'an empty response',
  'prompt repeated': 'the prompt as response',
  '4,000 tokens': 'a response of 4,000 tokens',
}
