import { describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { bundleReward } from '../training/remote/bundle-reward.js'
import { dryRunReward } from '../training/remote/dry-run-reward.js'
import type { Reward } from '../trip.js'
import { sampleFor } from './hostile-inputs.test.support.js'
import { exactMatch, javascriptTests, mathAnswer, numericAnswer, pythonTests } from './scorers-by-name.js'

const scoreOf = async (reward: Reward, response: string, row: Parameters<typeof sampleFor>[1]) => {
  const result = await reward(sampleFor(response, row))
  return typeof result === 'object' && result !== null ? result.score : result
}

describe('scorers by name', () => {
  it.each<[string, Reward, string, string, string]>([
    ['exact-match', exactMatch, 'Rome', ' Rome\n', 'Roma'],
    ['numeric-answer', numericAnswer, '1234', 'That makes $1,234.00', 'That makes 1,233'],
    ['math-answer', mathAnswer, '\\frac{1}{2}', 'so \\boxed{0.5}', 'so \\boxed{2}'],
  ])(
    '%s takes the right answer of the dataset, else of the column "output"',
    async (_name, reward, answer, right, wrong) => {
      for (const row of [
        { output: answer, columns: { output: 'another' } },
        { output: undefined, columns: { output: answer } },
      ]) {
        expect([await scoreOf(reward, right, row), await scoreOf(reward, wrong, row)]).toEqual([1, 0])
      }
    },
  )

  it('say which column is missing', () => {
    expect(() => exactMatch(sampleFor('4', { output: undefined, columns: { question: 'a', answer: '4' } }))).toThrow(
      'has no value in column "output"; it has "question", "answer"',
    )
  })

  it('test code in the language of their name', { timeout: 60_000 }, async () => {
    const row = { columns: { tests: ['1 + 1 == 2', '1 + 1 == 3'] } }
    expect(await scoreOf(javascriptTests, 'const one = 1', row)).toBe(0.5)
    expect(await scoreOf(pythonTests, 'one = 1', { columns: { tests: 'assert one == 1' } })).toBe(1)
  })

  it.each([exactMatch, numericAnswer, mathAnswer])('can be sent to a trainer elsewhere: %o', async (reward) => {
    const dataset = new InMemoryDataset({ rows: [{ input: 'a', answer: '42' }], outputColumn: 'answer' })
    const bundle = await bundleReward({ reward: { kind: 'function', fn: reward } })
    const calls = await dryRunReward(bundle, { dataset, rows: await dataset.load(), here: reward })
    expect(bundle.name).toBe(reward.name)
    expect(calls.map(({ failure }) => failure)).toEqual([null, null, null, null])
    expect(calls[0]).toMatchObject({ response: 'reference answer', score: 1 })
  })
})
