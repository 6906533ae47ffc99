import { evalite } from 'evalite'
import { exactMatch } from '../scorers/exact-match.js'
import type { Reward } from '../trip.js'
import { toEvalite } from './to-evalite.js'

const abstains: Reward = () => ({ score: null, why: 'no opinion' })

/** Run by to-evalite.test.ts through evalite's own runner. */
evalite('capitals', {
  data: [
    { input: 'France', expected: 'Paris' },
    { input: 'Italy', expected: 'Rome' },
  ],
  task: async (input: string) => (input === 'France' ? ' Paris ' : 'Milan'),
  scorers: [toEvalite(exactMatch()), toEvalite(abstains)],
})
