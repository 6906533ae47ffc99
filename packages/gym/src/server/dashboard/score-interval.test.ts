import { expect, it } from 'vitest'
import { scoreInterval } from './score-interval.js'

it('equals the textbook interval of independent values where each prompt has one sample', () => {
  const [low, high] = scoreInterval([[1], [2], [3], [4]]) ?? [0, 0]
  const half = 1.96 * Math.sqrt(5 / 3 / 4)
  expect([low, high]).toEqual([expect.closeTo(2.5 - half), expect.closeTo(2.5 + half)])
})

it('does not shrink when the samples of each prompt only repeat each other', () => {
  const repeated = scoreInterval([1, 2, 3, 4].map((score) => Array<number>(8).fill(score)))
  expect(repeated?.[0]).toBeCloseTo(scoreInterval([[1], [2], [3], [4]])?.[0] ?? 0)
})

it('says nothing below two prompts', () => {
  expect(scoreInterval([[1, 2, 3], []])).toBeNull()
  expect(scoreInterval([])).toBeNull()
})
