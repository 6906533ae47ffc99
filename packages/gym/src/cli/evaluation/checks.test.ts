import { expect, it } from 'vitest'
import type { EvalResult } from '../../evals/eval-result.js'
import { bootstrapInterval } from '../../evals/statistics/bootstrap-interval.js'
import type { EvalRowRecord } from '../../store/records.js'
import { checksOf } from './checks.js'

/** What checksOf reads of an evaluation, with one sample of each prompt. */
function result(scores: readonly number[]): EvalResult {
  const rows = scores.map((score, index) => ({ promptKey: `key ${index}`, score }) as EvalRowRecord)
  return {
    rows,
    gates: [],
    ...bootstrapInterval(
      scores.map((score) => [score]),
      { seed: 1 },
    ),
  } as unknown as EvalResult
}

it('does not take a mean for shown because all scores are equal', () => {
  expect(checksOf(result([1, 1]), { requireMean: 0.99 })).toEqual([
    {
      name: 'mean >= 0.99',
      passed: false,
      message: 'the mean is not shown to be at least 0.99: the lower end of its interval is 0.1581',
    },
  ])
  const [haiku] = checksOf(result([-1, -1, -1]), { requireMean: -2 })
  expect(haiku).toMatchObject({
    passed: false,
    message:
      'the mean is not shown to be at least -2: all 3 prompts have the mean score -1, and equal scores give no interval; ask at least 72 prompts',
  })
})

it('goes by the lower end of the interval', () => {
  const spread = result([1, 2, 3, 4, 5, 6, 7, 8])
  expect(checksOf(spread, { requireMean: spread.ci[0] })).toMatchObject([{ passed: true }])
  expect(checksOf(spread, { requireMean: spread.mean })).toMatchObject([{ passed: false }])
})
