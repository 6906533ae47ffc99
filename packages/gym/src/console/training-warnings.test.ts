import { describe, expect, it } from 'vitest'
import type { StepMetrics } from '../store/records.js'
import { trainingWarnings } from './training-warnings.js'

const healthy: StepMetrics = {
  rolloutId: 3,
  rewardMean: -2.5,
  rewardStd: 1.2,
  details: { exact: 0.05 },
  responseLength: 17,
  truncatedShare: 0.01,
  flatGroupShare: 0.1,
  unscorable: 0,
  trainedSamples: 112,
  entropy: 2.1,
  kl: 0.02,
  loss: 0.01,
  gradNorm: 0.8,
  lr: 1e-4,
  ratioMean: 1,
  clipShare: 0,
  mismatch: 2e-5,
  diversity: { distinct2: 0.7, topLine: { text: 'old pond', share: 0.25 }, uniqueShare: 1 },
  sampledTokens: 2000,
  trainedTokens: 2000,
  tokensPerSecond: 2300,
  seconds: { sample: 3, score: 0.1, train: 3, total: 6.1 },
}

const topicsOf = (change: Partial<StepMetrics>) => trainingWarnings({ ...healthy, ...change }).map(({ topic }) => topic)

describe('training warnings', () => {
  it('are silent on a healthy step, also right at the limit of repetition', () => {
    expect(trainingWarnings(healthy)).toEqual([])
  })

  it('name the line that more than a quarter of the samples share', () => {
    const diversity = { distinct2: 0.2, topLine: { text: 'the moon,\nthe moon', share: 0.31 }, uniqueShare: 0.5 }
    expect(trainingWarnings({ ...healthy, diversity })).toEqual([
      {
        topic: 'repetition',
        message:
          'the policy has begun to repeat itself: "the moon, / the moon" stands in 31% of the samples; a higher score may only be that line; try a lower lr, a KL term (klLossCoef), or an earlier checkpoint',
      },
    ])
  })

  it('tell all groups flat from most groups flat', () => {
    expect(trainingWarnings({ ...healthy, flatGroupShare: 1 })[0]?.message).toMatch(/^every group got one and the same/)
    expect(trainingWarnings({ ...healthy, flatGroupShare: 0.8 })[0]?.message).toMatch(/^80% of the groups got one and/)
    expect(topicsOf({ flatGroupShare: 0.5 })).toEqual([])
  })

  it('speak up about unscorable, truncated, mismatched and not finite figures', () => {
    expect(topicsOf({ unscorable: 1 })).toEqual(['unscorable'])
    expect(topicsOf({ truncatedShare: 0.4 })).toEqual(['truncated'])
    expect(topicsOf({ mismatch: 0.2 })).toEqual(['mismatch'])
    expect(topicsOf({ gradNorm: Number.NaN })).toEqual(['not-finite'])
  })

  it('do not take the answers of supervised fine-tuning for samples', () => {
    const diversity = { distinct2: 0.2, topLine: { text: 'Yes.', share: 0.9 }, uniqueShare: 0.1 }
    expect(topicsOf({ rewardMean: Number.NaN, sampledTokens: 0, diversity })).toEqual([])
  })
})
