import { expect, it } from 'vitest'
import { overlongPenalty } from './overlong-penalty.js'

const options = { rolloutMaxResponseLen: 20, overlongBufferLen: 4, overlongPenaltyFactor: 2 }

it.each([
  [1, 0],
  [16, 0],
  [17, -0.5],
  [18, -1],
  [20, -2],
])('takes nothing before the buffer and a line within it: %d tokens cost %d', (tokens, penalty) => {
  expect(overlongPenalty(tokens, options)).toBeCloseTo(penalty, 12)
})

it('is off without a buffer', () => {
  expect(overlongPenalty(20, { ...options, overlongBufferLen: 0 })).toBe(0)
})
