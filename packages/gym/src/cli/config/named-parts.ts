import type { Dataset } from '../../datasets/dataset.js'
import { GymError } from '../../errors.js'
import { didYouMean } from '../../options/did-you-mean.js'
import type { Reward } from '../../trip.js'

const datasetNames = ['haiku-topics', 'haiku-topics:train', 'haiku-topics:eval']
const rewardNames = ['haiku']

export interface NamedDatasetOptions {
  /** Which topics plain `haiku-topics` means. */
  readonly split: 'train' | 'eval'
  /** At most this many rows. */
  readonly nRows?: number
}

/** Turns a dataset's name, or the path of a `.jsonl` file, into the dataset; throws GymError 'config' for any other. */
export async function datasetNamed(name: string, { split, nRows }: NamedDatasetOptions): Promise<Dataset> {
  const limit = nRows === undefined ? {} : { nRows }
  if (datasetNames.includes(name)) {
    const { HaikuTopics } = await import('../../datasets/haiku-topics.js')
    const named = name.split(':')[1]
    return new HaikuTopics({ split: named === 'train' || named === 'eval' ? named : split, ...limit })
  }
  if (/\.jsonl(\.gz)?$/.test(name)) {
    const { JsonlDataset } = await import('../../datasets/jsonl-dataset.js')
    return new JsonlDataset({ path: name, ...limit })
  }
  throw unknown('dataset', name, datasetNames, 'the path of a .jsonl file, or a config file for anything else')
}

/** Turns a reward's name into the reward; throws GymError 'config' for an unknown one. */
export async function rewardNamed(name: string): Promise<Reward> {
  if (name !== 'haiku') throw unknown('reward', name, rewardNames, 'a function in a config file')
  // At the top level of a file, so that it can be sent to a trainer elsewhere.
  const { haiku } = await import('../../rewards/haiku.js')
  return haiku
}

function unknown(noun: string, name: string, known: readonly string[], otherwise: string): GymError {
  const near = didYouMean(name, known)
  const next = near === undefined ? `give ${known.join(', ')}, or ${otherwise}` : `did you mean "${near}"?`
  return new GymError('config', `unknown-${noun}`, `there is no ${noun} "${name}"; ${next}`)
}
