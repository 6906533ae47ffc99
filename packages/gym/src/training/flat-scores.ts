import { formatNumber, formatShare } from '../console/format.js'

/** Why groups got one score each: the task is too easy for this model, too hard, or the scores do not tell. */
export interface FlatScores {
  readonly verdict: 'easy' | 'hard' | 'unknown'
  /** The figure behind the verdict, to be put after another sentence; '' where there is none. */
  readonly sentence: string
}

/** Share of the flat groups that must lie at one end of the step's scores before that end is named. */
const MOST = 0.6

/** Tells from the scores of a step's groups whether the flat ones lie at its best or at its worst score. */
export function flatScores(groups: readonly (readonly number[])[]): FlatScores {
  const flat = groups.flatMap(([score, ...others]) =>
    score !== undefined && others.every((other) => other === score) ? [score] : [],
  )
  const all = groups.flat()
  const [low, high] = all.reduce(([a, b], score) => [Math.min(a, score), Math.max(b, score)], [Infinity, -Infinity])
  if (flat.length === 0 || low === high) return { verdict: 'unknown', sentence: '' }
  const shareAt = (score: number) => flat.filter((other) => other === score).length / flat.length
  if (shareAt(high) >= MOST) {
    return { verdict: 'easy', sentence: at(shareAt(high), 'best', high, 'easy') }
  }
  if (shareAt(low) >= MOST) {
    return { verdict: 'hard', sentence: at(shareAt(low), 'worst', low, 'hard') }
  }
  return { verdict: 'unknown', sentence: '' }
}

function at(share: number, end: string, score: number, task: string): string {
  const lead = `; ${formatShare(share)} of those got the ${end} score of the step (${formatNumber(score)})`
  return `${lead}: the task is too ${task} for this model`
}
