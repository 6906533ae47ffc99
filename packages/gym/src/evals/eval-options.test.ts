import { describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import type { Reward } from '../trip.js'
import { EvalConfig } from './eval-config.js'
import type { EvalOptions } from './eval-options.js'

const dataset = (nRows: number) =>
  new InMemoryDataset({ rows: Array.from({ length: nRows }, (_, index) => ({ input: `topic ${index}` })) })

describe('EvalConfig', () => {
  const reward: Reward = () => 1
  it.each<[unknown, string]>([
    [{ dataset: dataset(1) }, 'EvalConfig needs exactly one of evalResponseFn, reward, scorers and evalFn'],
    [
      { dataset: dataset(1), reward, evalResponseFn: () => 1 },
      'EvalConfig needs exactly one of evalResponseFn, reward, scorers and evalFn',
    ],
    [{ dataset: dataset(1), reward, nSample: 2 }, 'unknown option "nSample" of EvalConfig; did you mean "nSamples"?'],
    [{ dataset: [], reward }, 'option "dataset" of EvalConfig must be a dataset, e.g. new HaikuTopics()'],
    [
      { dataset: dataset(1), reward, generateKwargs: { temprature: 1 } },
      'unknown option "temprature" of "generateKwargs" of EvalConfig; did you mean "temperature"?',
    ],
    [{ dataset: dataset(1), reward: 'haiku' }, 'option "reward" of EvalConfig must be a function'],
  ])('refuses %j', (options, message) => {
    expect(() => new EvalConfig(options as EvalOptions)).toThrow(message)
  })
})
