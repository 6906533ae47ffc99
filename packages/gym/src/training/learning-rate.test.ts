import { describe, expect, it } from 'vitest'
import { learningRate } from './learning-rate.js'

const options = { lr: 1, minLr: 0.1, lrWarmupIters: 4 }
const curve = (lrDecayStyle: 'constant' | 'linear' | 'cosine') =>
  Array.from({ length: 12 }, (_, step) => learningRate(step, 12, { ...options, lrDecayStyle }))

describe('learningRate', () => {
  it('rises in equal steps during warm-up and never starts at zero', () => {
    expect(curve('constant').slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1])
  })

  it('stays constant, or falls towards minLr by a line or a half cosine', () => {
    expect(curve('constant').at(-1)).toBe(1)
    expect(curve('linear')[8]).toBeCloseTo(0.1 + 0.9 * 0.5, 10)
    expect(curve('cosine')[8]).toBeCloseTo(0.1 + 0.9 * 0.5, 10)
    expect(curve('cosine')[6]).toBeGreaterThan(curve('linear')[6] as number)
    expect(learningRate(12, 12, { ...options, lrDecayStyle: 'cosine' })).toBeCloseTo(0.1, 10)
  })
})
