import type { Step } from '../../gym/src/server/dashboard/run-schemas.js'

/** One line of a chart. */
export interface Line {
  readonly name: string
  readonly pick: (step: Step) => number | null | undefined
}

/** One chart of a run: a question's worth of lines over the steps. */
export interface Chart {
  readonly title: string
  /** What to look for, in one sentence. */
  readonly reading: string
  readonly lines: readonly Line[]
  /** True for shares: the axis then always runs from 0 to 1. */
  readonly isShare?: boolean
}

/** Lists the charts of a run; the reward's own details become lines of one chart. */
export function chartsOf(steps: readonly Step[]): Chart[] {
  const details = [...new Set(steps.flatMap((step) => Object.keys(step.details)))].sort()
  const charts: Chart[] = [
    {
      title: 'Reward',
      reading: 'The mean score of a rollout, and one standard deviation to each side.',
      lines: [
        { name: 'mean', pick: (step) => step.rewardMean },
        { name: 'mean + spread', pick: ({ rewardMean, rewardStd }) => plus(rewardMean, rewardStd) },
        { name: 'mean - spread', pick: ({ rewardMean, rewardStd }) => plus(rewardMean, negative(rewardStd)) },
      ],
    },
    {
      title: 'Response length',
      reading: 'Tokens a response. A steady climb without a better reward is padding.',
      lines: [{ name: 'tokens', pick: (step) => step.responseLength }],
    },
    {
      title: 'Entropy',
      reading: 'How undecided the policy is, nats a token. A fall to nearly 0 ends exploration.',
      lines: [{ name: 'entropy', pick: (step) => step.entropy }],
    },
    {
      title: 'KL to the start',
      reading: 'How far the policy has moved from where it began, nats a token.',
      lines: [{ name: 'KL', pick: (step) => step.kl }],
    },
    {
      title: 'Gradient norm',
      reading: 'Before clipping. Lone peaks are usual; a rise that stays is not.',
      lines: [{ name: 'norm', pick: (step) => step.gradNorm }],
    },
    {
      title: 'Flat and cut off',
      isShare: true,
      reading: 'Groups with one and the same score teach nothing; responses cut off at the limit may be masked.',
      lines: [
        { name: 'flat groups', pick: (step) => step.flatGroupShare },
        { name: 'cut off', pick: (step) => step.truncatedShare },
      ],
    },
    {
      title: 'Time a step',
      reading: 'Seconds spent on sampling, scoring and training.',
      lines: [
        { name: 'sample', pick: (step) => step.seconds.sample },
        { name: 'score', pick: (step) => step.seconds.score },
        { name: 'train', pick: (step) => step.seconds.train },
      ],
    },
  ]
  if (details.length === 0) return charts
  const lines = details.slice(0, 6).map((name): Line => ({ name, pick: (step) => step.details[name] }))
  const reading = 'Means of what the reward tells besides the score; yes counts as 1, no as 0.'
  return [...charts.slice(0, 1), { title: 'Details of the reward', reading, lines }, ...charts.slice(1)]
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

function negative(value: number | null): number | null {
  return value === null ? null : -value
}
