import type { Series } from '../../gym/src/server/dashboard/run-schemas.js'

/** One figure of a run, one value a point; null where it was not a number. */
export type Figure = Series['figures'][number]

/** One line of a chart. */
export interface Line {
  readonly name: string
  readonly figure: Figure
}

/** One chart of a run: a question's worth of lines over the steps. */
export interface Chart {
  readonly title: string
  /** What its values are measured in; '' where they are plain numbers. */
  readonly unit: string
  /** What to look for, in one sentence. */
  readonly reading: string
  readonly lines: readonly Line[]
  /** True for shares: the axis then always runs from 0 to 1. */
  readonly isShare: boolean
  /** True where the lines are parts of a whole and stand on each other. */
  readonly isStacked: boolean
  /** True where lines have points at different places: what lies between is then no gap. */
  readonly spansGaps: boolean
  /** The figure that is shown as a spread to both sides of the first line. */
  readonly spread: Figure | undefined
}

interface ChartPlan {
  readonly title: string
  readonly unit?: string
  readonly reading: string
  /** Figures by their path, and what their line is called. */
  readonly lines: Readonly<Record<string, string>>
  readonly isShare?: boolean
  readonly isStacked?: boolean
  readonly spansGaps?: boolean
  readonly spread?: string
}

/** Details of a reward drawn at most: more lines than that cannot be told apart. */
const mostDetails = 6

/** Lists the charts of a run in the order in which one asks; those whose figures no step has are left out. */
export function chartsOf({ figures }: Series): Chart[] {
  const byName = new Map(figures.map((figure) => [figure.name, figure]))
  return plansFor(figures.map(({ name }) => name)).flatMap(({ title, reading, lines, ...plan }) => {
    const present = Object.entries(lines).flatMap(([path, name]) => {
      const figure = byName.get(path)
      return figure === undefined ? [] : [{ name, figure }]
    })
    if (present.length === 0) return []
    const { unit = '', isShare = false, isStacked = false, spansGaps = false, spread } = plan
    return [{ title, unit, reading, lines: present, isShare, isStacked, spansGaps, spread: byName.get(spread ?? '') }]
  })
}

function plansFor(names: readonly string[]): ChartPlan[] {
  const within = (prefix: string) =>
    names.filter((name) => name.startsWith(prefix)).map((name) => [name, name.slice(prefix.length)] as const)
  const details = within('details.').toSorted().slice(0, mostDetails)
  const scoresOf = (prefix: string) => within(prefix).filter(([, name]) => name.endsWith('.score'))
  const evaluations = scoresOf('evaluation.').map(([path, name]) => [path, name.slice(0, -'.score'.length)] as const)
  const evaluationsBefore = scoresOf('evaluationBefore.').map(
    ([path, name]) => [path, `${name.slice(0, -'.score'.length)}, before training`] as const,
  )
  const phases = within('seconds.').filter(([, name]) => name !== 'total')
  return [
    {
      title: 'Reward',
      unit: 'score',
      reading: 'The mean score of a rollout.',
      lines: { rewardMean: 'mean' },
      spread: 'rewardStd',
    },
    {
      title: 'Held-out score',
      unit: 'score',
      reading: 'The mean score on rows that are not trained on. A reward that rises without it is learned by heart.',
      lines: Object.fromEntries([...evaluations, ...evaluationsBefore]),
      spansGaps: true,
    },
    {
      title: 'Details of the reward',
      reading:
        'What the reward tells besides the score (yes is 1, no is 0). One that falls while the score rises is being gamed.',
      lines: Object.fromEntries(details),
    },
    {
      title: 'Response length',
      unit: 'tokens',
      reading: 'Mean of the responses. A steady climb without a better reward is padding.',
      lines: { responseLength: 'tokens' },
    },
    {
      title: 'Entropy',
      unit: 'nats a token',
      reading: 'How undecided the policy is. A fall to nearly 0 ends exploration.',
      lines: { entropy: 'entropy' },
    },
    {
      title: 'KL to the start',
      unit: 'nats a token',
      reading: 'How far the policy has moved from where it began.',
      lines: { kl: 'KL' },
    },
    {
      title: 'Importance ratio',
      reading: 'Probability of a token now over when it was sampled. 1 is on-policy; far from it, samples are stale.',
      lines: { ratioMean: 'mean', clipShare: 'clipped share' },
    },
    {
      title: 'Mismatch',
      unit: 'nats',
      reading: 'How far sampler and trainer disagree on a token. A rise means stale weights or another arithmetic.',
      lines: { mismatch: 'largest', mismatchMean: 'mean' },
    },
    {
      title: 'Gradient norm',
      reading: 'Before clipping. Lone peaks are usual; a rise that stays is not.',
      lines: { gradNorm: 'norm' },
    },
    { title: 'Learning rate', reading: 'As the schedule set it.', lines: { lr: 'lr' } },
    {
      title: 'Loss',
      reading: 'Of supervised steps, it falls. Of rollouts, it hovers about 0 and says little: watch the reward.',
      lines: { loss: 'loss' },
    },
    {
      title: 'Flat and cut off',
      unit: 'share',
      isShare: true,
      reading: 'Groups with one and the same score teach nothing; responses cut off at the limit may be masked.',
      lines: { flatGroupShare: 'flat groups', truncatedShare: 'cut off' },
    },
    {
      title: 'Variety',
      unit: 'share',
      isShare: true,
      reading:
        'Distinct word pairs, and the share of samples with the commonest line. A policy can win by repeating itself.',
      lines: { 'diversity.distinct2': 'distinct pairs', 'diversity.topLine.share': 'commonest line' },
    },
    {
      title: 'Time a step',
      unit: 'seconds',
      isStacked: true,
      reading: 'The parts of a step, one on the other.',
      lines: Object.fromEntries(phases),
    },
    {
      title: 'Tokens a second',
      unit: 'tokens/s',
      reading: 'Prompt and sampled tokens over the whole step.',
      lines: { tokensPerSecond: 'tokens/s' },
    },
  ]
}
