import { describe, expect, it } from 'vitest'
import type { StepMetrics } from '../store/records.js'
import { explainRules } from './explain-rules.js'
import { explainStep, type StepWindow } from './explain-step.js'

const healthy: StepMetrics = {
  rolloutId: 30,
  rewardMean: 0.4,
  rewardStd: 0.3,
  details: { exact: 0.2 },
  responseLength: 20,
  truncatedShare: 0.01,
  flatGroupShare: 0.1,
  unscorable: 0,
  trainedSamples: 100,
  entropy: 2,
  kl: 0.01,
  loss: 0.3,
  gradNorm: 0.8,
  lr: 1e-4,
  ratioMean: 1.01,
  clipShare: 0,
  mismatch: 1e-5,
  diversity: { distinct2: 0.8, topLine: { text: 'old pond', share: 0.02 }, uniqueShare: 1 },
  sampledTokens: 2_000,
  trainedTokens: 2_000,
  tokensPerSecond: 1_000,
  seconds: { sample: 1, score: 0.1, train: 1, total: 2.1 },
}

type Change = Partial<StepMetrics>

/** What is recorded of a step whose groups were all flat: no update was made, so its figures are 0. */
const nothingTrained: Change = {
  ...{ flatGroupShare: 1, rewardStd: 0, trainedSamples: 0, trainedTokens: 0, mismatch: 0 },
  ...{ entropy: 0, kl: 0, loss: 0, gradNorm: 0, lr: 0, ratioMean: 0, clipShare: 0 },
}
const allFlat: StepMetrics = { ...healthy, ...nothingTrained }

/** Explains a step that differs from a healthy one, alone. */
function explained(change: Change, more: Partial<StepWindow> = {}) {
  return explainStep({ step: { ...healthy, ...change }, ...more })
}

/** Explains the last of `count` steps; the fraction goes from 0 at the first to 1 at the last. */
function explainedSeries(count: number, at: (fraction: number, index: number) => Change) {
  const recent = Array.from({ length: count }, (_, index) => ({ ...healthy, ...at(index / (count - 1), index) }))
  return explainStep({ step: recent.at(-1) as StepMetrics, recent })
}

const saidBy = (id: string, findings: ReturnType<typeof explainStep>) => {
  const found = findings.find((finding) => finding.id === id)
  return found && `${found.level}: ${found.sentence}`
}

describe('an explained step', () => {
  it('says nothing of a healthy step, and of a long healthy run only that its reward rises', () => {
    expect(explained({})).toEqual([])
    const findings = explainedSeries(40, (fraction, index) => ({ rewardMean: fraction + (index % 2) / 20 }))
    expect(findings.map(({ id, level }) => [id, level])).toEqual([['trend', 'info']])
  })

  it('keeps silent where figures are absent or not numbers', () => {
    const absent = Object.fromEntries(Object.keys(healthy).map((key) => [key, Number.NaN]))
    const blank = {
      ...absent,
      details: {},
      diversity: healthy.diversity,
      seconds: healthy.seconds,
    } as unknown as Change
    expect(explained(blank).map(({ id }) => id)).toEqual(['not-finite'])
  })

  it('puts warnings first, then notices, then what is normal', () => {
    const levels = explained({ truncatedShare: 0.5, loss: 0.001, ratioMean: 1, flatGroupShare: 0.5 })
    expect(levels.map(({ level }) => level)).toEqual(['warning', 'notice', 'info'])
  })

  it('judges no samples in supervised steps, which have none', () => {
    const diversity = { ...healthy.diversity, topLine: { text: 'Yes.', share: 0.9 } }
    expect(explained({ rewardMean: Number.NaN, sampledTokens: 0, diversity, truncatedShare: 1 })).toEqual([])
  })

  it('says of a step that trained nothing that all was flat, and nothing of an update that was not made', () => {
    const findings = explained(nothingTrained, { options: { lr: 1e-4, lrWarmupIters: 99, clipGrad: 1 } })
    expect(findings.map(({ id }) => id)).toEqual(['flat'])
    const [all] = explainStep({ step: allFlat, recent: Array(5).fill(allFlat), first: allFlat })
    expect(all).toMatchObject({
      id: 'flat',
      sentence:
        'every group of the last 5 steps got one and the same score for all its samples, so nothing was trained',
      advice: expect.stringContaining('nSamplesPerPrompt'),
    })
  })

  it('compares an update with updates only', () => {
    const fallen = explainStep({ step: { ...healthy, entropy: 0.9 }, recent: [allFlat, healthy], first: allFlat })
    expect(saidBy('entropy', fallen)).toMatch(/^notice: the entropy fell from 2\.00/)
  })

  it('has a test for each rule', () => {
    expect(explainRules.map(({ id }) => id).sort()).toEqual([...Object.keys(spoken), 'trend'].sort())
  })
})

const rising = (figure: (fraction: number) => Change) => () =>
  explainedSeries(20, (fraction, index) => ({ rewardMean: 0.5 + (index % 3) / 100, ...figure(fraction) }))

const gspo = { policyLoss: 'gspo', epsClip: 3e-4, epsClipHigh: 4e-4 }
const slimeGspo = { advantageEstimator: 'gspo', epsClip: 3e-4, epsClipHigh: 4e-4 }

/** By rule: what makes it speak and the beginning of what it says; what must leave it silent. */
const spoken: Record<
  string,
  { says: [() => ReturnType<typeof explainStep>, string][]; isSilent: (() => ReturnType<typeof explainStep>)[] }
> = {
  'not-finite': {
    says: [
      [() => explained({ loss: Number.NaN }), 'warning: the loss (NaN) or its gradient (norm 0.8) is not a number'],
    ],
    isSilent: [() => explained({ loss: 0 })],
  },
  flat: {
    says: [
      [() => explained({ flatGroupShare: 1 }), 'warning: every group got one and the same score'],
      [() => explained({ flatGroupShare: 0.81 }), 'warning: 81% of the groups got one and the same score'],
      [() => explained({ flatGroupShare: 0.5 }), 'notice: 50% of the groups'],
    ],
    isSilent: [() => explained({ flatGroupShare: 0.3 })],
  },
  unscorable: {
    says: [[() => explained({ unscorable: 10 }), 'warning: 10 samples (10%) could not be scored']],
    isSilent: [() => explained({ unscorable: 0 })],
  },
  truncated: {
    says: [
      [() => explained({ truncatedShare: 0.4 }), 'warning: 40% of the samples were cut off'],
      [() => explained({ truncatedShare: 0.1 }), 'notice: 10% of the samples'],
    ],
    isSilent: [() => explained({ truncatedShare: 0.05 })],
  },
  repetition: {
    says: [
      [
        () => explained({ diversity: { distinct2: 0.2, topLine: { text: 'the moon', share: 0.31 }, uniqueShare: 1 } }),
        'warning: the policy has begun to repeat itself: "the moon" stands in 31%',
      ],
      [
        () => explained({ diversity: { ...healthy.diversity, distinct2: 0.3 } }, { first: healthy }),
        'notice: answers have become more alike: distinct word pairs fell from 80% to 30%',
      ],
    ],
    isSilent: [() => explained({ diversity: { ...healthy.diversity, distinct2: 0.6 } }, { first: healthy })],
  },
  mismatch: {
    says: [
      [() => explained({ mismatch: 0.2 }), 'warning: sampler and trainer disagree by up to 0.200 nats'],
      [rising((x) => ({ mismatch: 0.02 * x })), 'notice: the gap between sampler and trainer is rising'],
    ],
    isSilent: [rising((x) => ({ mismatch: 1e-5 * x })), rising(() => ({ mismatch: 0.02 }))],
  },
  ratio: {
    says: [
      [() => explained({ ratioMean: 1.3 }), 'notice: the importance ratio is 1.30 on average'],
      [() => explained({ clipShare: 0.4 }), 'notice: the importance ratio is 1.01 on average and 40% of the tokens'],
      // slime reports no mean.
      [
        () => explained({ ratioMean: Number.NaN, clipShare: 0.4 }),
        'notice: 40% of the tokens were clipped: the samples are older than the policy',
      ],
      // GSPO clips whole sequences, in a band that is narrow on purpose.
      [
        () => explained({ ratioMean: 1, clipShare: 0.46 }, { options: gspo }),
        'info: the importance ratio is 1.00 on average and 46% of the tokens were clipped: normal for GSPO',
      ],
      [
        () => explained({ ratioMean: Number.NaN, clipShare: 0.46 }, { options: slimeGspo }),
        'info: 46% of the tokens were clipped: normal for GSPO',
      ],
      [
        () => explained({ ratioMean: 0.999, clipShare: 0.38 }),
        'notice: the importance ratio is 0.999 on average and 38% of the tokens were clipped: the samples are older than the policy, unless this is GSPO',
      ],
      [
        () => explained({ ratioMean: 1, clipShare: 0.95 }, { options: gspo }),
        'notice: the importance ratio is 1.00 on average and 95% of the tokens were clipped: the samples are older',
      ],
      [
        () => explained({ ratioMean: 1, clipShare: 0.46 }, { options: { ...gspo, epsClip: 0.2 } }),
        'notice: the importance ratio is 1.00',
      ],
      [
        () => explained({ ratioMean: 1, clipShare: 0.46 }, { options: { ...gspo, policyLoss: 'grpo' } }),
        'notice: the importance ratio is 1.00 on average and 46% of the tokens were clipped: the samples are older than the policy',
      ],
    ],
    isSilent: [
      () => explained({ ratioMean: 0.95, clipShare: 0.2 }),
      () => explained({ ratioMean: 1, clipShare: 0.2 }, { options: gspo }),
    ],
  },
  entropy: {
    says: [
      [() => explained({ entropy: 0.05 }), 'warning: the entropy is 0.0500 nats a token'],
      [() => explained({ entropy: 0.4 }, { first: healthy }), 'warning: the entropy fell from 2.00 nats a token'],
      [() => explained({ entropy: 0.9 }, { first: healthy }), 'notice: the entropy fell from 2.00'],
    ],
    isSilent: [
      () => explained({ entropy: 1.1 }, { first: healthy }),
      () => explained({ entropy: 0, trainedSamples: 0 }),
    ],
  },
  kl: {
    says: [
      [() => explained({ kl: 1.5 }), 'warning: the policy is 1.50 nats a token away'],
      [rising((x) => ({ kl: x / 4 })), 'notice: the KL to the start is rising'],
    ],
    isSilent: [rising((x) => ({ kl: x / 100 })), rising(() => ({ kl: 0.5 }))],
  },
  'clipped-gradient': {
    says: [
      [
        () =>
          explained({ gradNorm: 3 }, { recent: Array(10).fill({ ...healthy, gradNorm: 3 }), options: { clipGrad: 1 } }),
        'notice: the gradient was clipped in 10 of the last 10 steps (its norm is 3.00, clipGrad 1.00)',
      ],
    ],
    isSilent: [
      () => explained({ gradNorm: 3 }, { recent: Array(10).fill(healthy), options: { clipGrad: 1 } }),
      () =>
        explained({ gradNorm: 3 }, { recent: Array(10).fill({ ...healthy, gradNorm: 3 }), options: { clipGrad: 0 } }),
    ],
  },
  'small-spread': {
    says: [[() => explained({ rewardStd: 0.002 }), 'notice: the scores differ little: mean 0.400, standard deviation']],
    isSilent: [
      () => explained({ rewardStd: 0.002 }, { options: { grpoStdNormalization: true } }),
      () => explained({ rewardStd: 0 }),
    ],
  },
  gamed: {
    says: [
      [
        () => explainedSeries(20, (x, i) => ({ rewardMean: x + (i % 2) / 20, details: { topic: 1 - x / 2 } })),
        'notice: the reward rises while topic fell from',
      ],
    ],
    isSilent: [
      () => explainedSeries(20, (x) => ({ rewardMean: x, details: { topic: 0.9 } })),
      rising((x) => ({ details: { topic: 1 - x / 2 } })),
    ],
  },
  padding: {
    says: [[rising((x) => ({ responseLength: 20 + 20 * x })), 'notice: responses grew from']],
    isSilent: [
      () => explainedSeries(20, (x) => ({ rewardMean: x, responseLength: 20 + 20 * x })),
      rising((x) => ({ responseLength: 20 + x })),
    ],
  },
  'slow-scoring': {
    says: [
      [
        () => explained({ seconds: { sample: 1, score: 8, train: 1, total: 10 } }),
        "notice: 80% of the step's time (8.00 of 10.0 s) went into scoring",
      ],
    ],
    isSilent: [() => explained({ seconds: { sample: 1, score: 1, train: 1, total: 3 } })],
  },
  'warm-up': {
    says: [
      [
        () => explained({ rolloutId: 2, lr: 3e-5 }, { options: { lr: 1e-4, lrWarmupIters: 10 } }),
        'info: the learning rate is warming up: 3.0e-5 of 1.0e-4',
      ],
    ],
    isSilent: [() => explained({ rolloutId: 20, lr: 3e-5 }, { options: { lr: 1e-4, lrWarmupIters: 10 } })],
  },
  'on-policy': {
    says: [
      [
        () => explained({ loss: -0.001, ratioMean: 1 }),
        'info: the loss is -1.0e-3, near zero, while the gradient (norm 0.800) is not: normal on-policy',
      ],
    ],
    isSilent: [
      () => explained({ loss: 0.001, gradNorm: 0, ratioMean: 1 }),
      () => explained({ loss: 0.4, ratioMean: 1 }),
      // Where all ratios are 1 none is clipped.
      () => explained({ loss: -0.001, ratioMean: 1, clipShare: 0.46 }),
      () => explained({ loss: -0.001, ratioMean: 1, clipShare: 0.1 }, { options: gspo }),
    ],
  },
}

describe.each(Object.entries(spoken))('the rule "%s"', (id, { says, isSilent }) => {
  it.each(says)('speaks with its figure (%#)', (findings, beginning) => {
    expect(saidBy(id, findings())?.slice(0, beginning.length)).toBe(beginning)
  })

  it.each(isSilent)('is silent otherwise (%#)', (findings) => {
    expect(saidBy(id, findings())).toBeUndefined()
  })
})

describe('the rule "trend"', () => {
  const noisy = (slope: number) => explainedSeries(40, (x, i) => ({ rewardMean: slope * x + ((i * 7) % 5) / 10 }))

  it('tells a rise and a fall from a plateau by the noise between steps', () => {
    expect(saidBy('trend', noisy(1))).toMatch(
      /^info: the reward is rising: from 0\.\d+ to 0\.\d+ .* \(noise ± 0\.\d+\)$/,
    )
    expect(saidBy('trend', noisy(-1))).toMatch(/^notice: the reward is falling/)
    expect(saidBy('trend', noisy(0.01))).toMatch(/^notice: the reward is on a plateau/)
  })

  it('calls no short run a plateau', () => {
    expect(
      saidBy(
        'trend',
        explainedSeries(12, () => ({ rewardMean: 0.5 })),
      ),
    ).toBeUndefined()
  })
})

describe('flat groups', () => {
  const flat = (groupScores: number[][]) =>
    explained({ flatGroupShare: 0.75 }, { groupScores }).find(({ id }) => id === 'flat')

  it('are too easy at the best score of the step and too hard at its worst', () => {
    const easy = flat([
      [1, 1],
      [1, 1],
      [1, 1],
      [0, 1],
    ])
    expect(easy?.sentence).toContain('100% of those got the best score of the step (1.00): the task is too easy')
    expect(easy?.advice).toContain('harder prompts')
    const hard = flat([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 1],
    ])
    expect(hard?.sentence).toContain('the worst score of the step (0): the task is too hard')
  })

  it('get no verdict where the scores do not tell', () => {
    for (const groups of [
      [],
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 1],
        [0, 1],
      ],
    ]) {
      expect(flat(groups)?.advice).toContain('nSamplesPerPrompt')
    }
  })
})
