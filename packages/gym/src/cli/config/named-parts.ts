import type { Dataset } from '../../datasets/dataset.js'
import { GymError } from '../../errors.js'
import { didYouMean } from '../../options/did-you-mean.js'
import type { Reward } from '../../trip.js'

const datasetNames = ['haiku-topics', 'haiku-topics:train', 'haiku-topics:eval']

/** Each a function at the top level of a file, so that it can be sent to a trainer elsewhere. */
const rewards = {
  haiku: async () => (await import('../../rewards/haiku.js')).haiku,
  'exact-match': async () => (await import('../../scorers/scorers-by-name.js')).exactMatch,
  'numeric-answer': async () => (await import('../../scorers/scorers-by-name.js')).numericAnswer,
  'math-answer': async () => (await import('../../scorers/scorers-by-name.js')).mathAnswer,
  'javascript-tests': async () => (await import('../../scorers/scorers-by-name.js')).javascriptTests,
  'python-tests': async () => (await import('../../scorers/scorers-by-name.js')).pythonTests,
} satisfies Record<string, () => Promise<Reward>>

/** A reward that can be named: it needs nothing but the row. */
export type RewardName = keyof typeof rewards

/** The names of rewards, as help and messages list them. */
export const rewardNames = Object.keys(rewards) as readonly RewardName[]

/** Tells whether a text is the name of a reward. */
export function isRewardName(name: string): name is RewardName {
  return Object.hasOwn(rewards, name)
}

export interface NamedDatasetOptions {
  /** Which topics plain `haiku-topics` means. */
  readonly split: 'train' | 'eval'
  /** At most this many rows. */
  readonly nRows?: number
}

/** Tells whether a dataset is one of the bundled topics, by its name. */
export function isHaikuTopics(name: string): boolean {
  return datasetNames.includes(name)
}

/** Turns a dataset's name, or the path of a `.jsonl` or `.csv` file, into the dataset; throws GymError 'config' for any other. */
export async function datasetNamed(name: string, { split, nRows }: NamedDatasetOptions): Promise<Dataset> {
  const limit = nRows === undefined ? {} : { nRows }
  if (isHaikuTopics(name)) {
    const { HaikuTopics } = await import('../../datasets/haiku-topics.js')
    const named = name.split(':')[1]
    return new HaikuTopics({ split: named === 'train' || named === 'eval' ? named : split, ...limit })
  }
  if (/\.(jsonl|csv)(\.gz)?$/.test(name)) {
    const { JsonlDataset } = await import('../../datasets/jsonl-dataset.js')
    return new JsonlDataset({ path: name, ...limit })
  }
  throw unknown('dataset', name, datasetNames, 'the path of a .jsonl or .csv file, or a config file for anything else')
}

/** Turns a reward's name into the reward; throws GymError 'config' for an unknown one. */
export async function rewardNamed(name: string, otherwise = 'a function in a config file'): Promise<Reward> {
  if (isRewardName(name)) return await rewards[name]()
  throw unknown('reward', name, rewardNames, otherwise)
}

function unknown(noun: string, name: string, known: readonly string[], otherwise: string): GymError {
  const near = didYouMean(name, known)
  const next = near === undefined ? `give ${known.join(', ')}, or ${otherwise}` : `did you mean "${near}"?`
  return new GymError('config', `unknown-${noun}`, `there is no ${noun} "${name}"; ${next}`)
}
