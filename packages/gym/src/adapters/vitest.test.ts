import { expect, it } from 'vitest'
import { exactMatch } from '../scorers/exact-match.js'
import { haikuScorer } from '../scorers/haiku-scorer.js'
import type { Reward } from '../trip.js'
import { toScoreAtLeast } from './vitest.js'

expect.extend({ toScoreAtLeast })
const abstains: Reward = () => ({ score: null, why: 'empty' })

it('passes at the least score and above, and says name, score and details otherwise', async () => {
  await expect('Paris').toScoreAtLeast(exactMatch(), 1, { expected: 'Paris' })
  await expect('old pond').toScoreAtLeast(haikuScorer(), -10)
  await expect('Paris').not.toScoreAtLeast(exactMatch({ column: 'capital' }), 1, { columns: { capital: 'Rome' } })
  await expect(expect('old pond').toScoreAtLeast(haikuScorer(), 0)).rejects.toThrow(
    'expected haiku to score at least 0, got -10 {"exact":false,"topic":false}',
  )
  await expect(expect('Paris').not.toScoreAtLeast(exactMatch(), 0.5, { expected: 'Paris' })).rejects.toThrow(
    'expected exactMatch to score below 0.5, got 1',
  )
})

it('never passes when the scorer abstains, negated or not', async () => {
  const message = 'abstains abstained (null): the response cannot be scored {"why":"empty"}'
  await expect(expect('x').toScoreAtLeast(abstains, 0)).rejects.toThrow(message)
  await expect(expect('x').not.toScoreAtLeast(abstains, 0)).rejects.toThrow(message)
})
