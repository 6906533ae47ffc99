import type { RunRecord, StepMetrics } from 'training-gym'

/** What the store keeps of a run that has begun. */
export const runRecord = (trainingRunId: string): RunRecord => ({
  trainingRunId,
  state: 'running',
  model: 'tiny-poet',
  startPath: 'tiny-poet',
  recipe: 'grpo',
  config: {},
  seed: 1,
  numRollout: 3,
  rolloutsDone: 0,
  pid: process.pid,
  createdAt: 1,
  finishedAt: null,
  error: null,
})

/** What a run measured in one rollout. */
export const step = (rolloutId: number): StepMetrics => ({
  rolloutId,
  rewardMean: 3,
  rewardStd: 1,
  details: { isLong: 0.5 },
  responseLength: 6,
  truncatedShare: 0.5,
  flatGroupShare: 0,
  unscorable: 0,
  trainedSamples: 6,
  entropy: 2,
  kl: 0.01,
  loss: 0,
  gradNorm: 1,
  lr: 1e-4,
  ratioMean: 1,
  clipShare: 0,
  mismatch: 1e-5,
  diversity: { distinct2: 0.9, topLine: { text: 'old pond', share: 0.2 }, uniqueShare: 1 },
  sampledTokens: 36,
  trainedTokens: 36,
  tokensPerSecond: 100,
  seconds: { sample: 1, score: 0.1, train: 1, total: 2.1 },
})
