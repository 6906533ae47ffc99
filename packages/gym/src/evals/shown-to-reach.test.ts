import { describe, expect, it } from 'vitest'
import { shownToReach } from './shown-to-reach.js'
import { bootstrapInterval } from './statistics/bootstrap-interval.js'

/** Judges a mean of prompts by its interval at 95 %. */
function judge(groups: readonly (readonly number[])[], min: number) {
  const what = 'its interval'
  return shownToReach(groups, bootstrapInterval(groups, { seed: 1 }), { min, confidence: 0.95, what })
}

const prompts = (count: number, ...scores: readonly number[]) => Array.from({ length: count }, () => scores)

describe('shownToReach', () => {
  it('takes the lower end of an interval with a spread behind it, told to the digit that decides', () => {
    const groups = [[1], [2], [3], [4], [5], [6]]
    const [low] = bootstrapInterval(groups, { seed: 1 }).ci
    expect(judge(groups, low)).toMatchObject({ passed: true, low })
    const justAbove = judge(groups, low + 1e-9)
    expect(justAbove).toMatchObject({ passed: false, low })
    expect(Number(/is (\S+)$/.exec(justAbove.told)?.[1])).toBeLessThan(low + 1e-9)
  })

  it('takes passes alone for no more than their number shows', () => {
    expect(judge(prompts(2, 1), 0.99)).toMatchObject({ passed: false, told: 'the lower end of its interval is 0.1581' })
    expect(judge(prompts(10, 1), 0.69)).toMatchObject({ passed: true })
    expect(judge(prompts(10, 1), 0.7)).toMatchObject({ passed: false })
    expect(judge(prompts(400, 1), 0.99)).toMatchObject({ passed: true })
  })

  it('does not pass on a few other scores that are all equal, and says how many would do', () => {
    expect(judge(prompts(2, -1), -2)).toEqual({
      passed: false,
      low: Number.NEGATIVE_INFINITY,
      told: 'all 2 prompts have the mean score -1, and equal scores give no interval; ask at least 72 prompts',
    })
    expect(judge(prompts(71, 0.5), 0.1)).toMatchObject({ passed: false })
    expect(judge(prompts(80, -1), -2)).toEqual({
      passed: true,
      low: -1,
      told: 'all 80 prompts have the mean score -1, as at 95 % confidence have at least 95.4 % of all',
    })
  })

  it('knows that 0 is the worst for some scorers and the best for others', () => {
    expect(judge(prompts(3, 0), -1)).toMatchObject({ passed: false, low: Number.NEGATIVE_INFINITY })
    expect(judge(prompts(80, 0), -1)).toMatchObject({ passed: true, low: 0 })
  })

  it('asks for no more prompts where more of the same would fail as well', () => {
    expect(judge(prompts(10, 0), 0.5)).toEqual({ passed: false, low: 0, told: 'all 10 prompts have the mean score 0' })
  })

  it('lets one prompt speak for itself, and only where its samples differ', () => {
    expect(judge([[1, 1, 1, 1]], 0)).toEqual({
      passed: false,
      low: Number.NEGATIVE_INFINITY,
      told: 'the lower end of its interval is unbounded, as equal scores of one prompt give no interval',
    })
    expect(judge([[3]], -9).told).toBe('the lower end of its interval is unbounded, as one prompt gives no interval')
    expect(judge([[1, 2, 3, 4, 5, 6, 7, 8]], 1).told).toMatch(
      /^the lower end of its interval, for one prompt alone, is \d/,
    )
  })
})
