import { describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import type { ModelDeployment } from '../deployments/model-deployment.js'
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
    [
      { dataset: dataset(1), evalFn: () => null, generateKwargs: { temperature: 0.5 } },
      'option "generateKwargs" of EvalConfig ({"temperature":0.5}) has no effect with evalFn, which asks the deployment itself; leave it out and give them to deployment.generate in evalFn',
    ],
    [
      { dataset: dataset(1), evalFn: () => null, rewardTimeLimitMs: 10_000 },
      'option "rewardTimeLimitMs" of EvalConfig (10000) has no effect with evalFn',
    ],
    [
      { dataset: dataset(1), evalFn: () => null, promptColumn: 'input' },
      'option "promptColumn" of EvalConfig ("input") has no effect with evalFn',
    ],
    [{ dataset: dataset(1), reward: 'haiku' }, 'option "reward" of EvalConfig must be a function'],
    [{ dataset: dataset(1), scorers: { '1st': reward } }, 'got {"1st":"the function reward"}'],
  ])('refuses %j', (options, message) => {
    expect(() => new EvalConfig(options as EvalOptions)).toThrow(message)
  })

  it.each<[unknown, string]>([
    [Promise.resolve({}), 'got an instance of Promise; await it first'],
    [{ serve: () => {} }, 'got {"serve":"the function serve"}; call its serve() and give what that returns'],
    ['tiny-poet', 'got "tiny-poet"; give what DeploymentConfig.serve() or connect() returns'],
    [undefined, 'got undefined; give what DeploymentConfig.serve() or connect() returns'],
  ])('evaluates nothing but a deployment', async (deployment, message) => {
    const evaluation = new EvalConfig({ dataset: dataset(1), reward }).evaluate(deployment as ModelDeployment)
    await expect(evaluation).rejects.toMatchObject({
      code: 'not-a-deployment',
      message: expect.stringContaining(message),
    })
  })

  it('takes options that say nothing beside evalFn', () => {
    const nothing = {
      generateKwargs: { temperature: undefined },
      rewardTimeLimitMs: undefined,
      promptColumn: undefined,
    }
    new EvalConfig({ dataset: dataset(1), evalFn: () => null, ...nothing })
    new EvalConfig({ dataset: dataset(1), evalFn: () => null, generateKwargs: {} })
  })
})
