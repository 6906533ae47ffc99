import type { Dataset } from '../datasets/dataset.js'
import type { TrainingEvaluation } from '../store/records.js'

/** Names a dataset in evaluations while a run trains; slime takes the name into flags and metrics, so it is kept plain. */
export function evaluationName({ name }: Pick<Dataset, 'name'>): string {
  return name.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '') || 'eval'
}

/** Says which weights of a run an evaluation is of; rollout -1 stands for those that it started from. */
export function whenEvaluated(afterRollout: number): string {
  return afterRollout < 0 ? 'before training' : `after rollout ${afterRollout + 1}`
}

/** Puts what an evaluation while a run trains found into one line. */
export function describeEvaluation(
  afterRollout: number,
  figures: Readonly<Record<string, Pick<TrainingEvaluation, 'score' | 'ci' | 'scored' | 'total'>>>,
): string {
  const told = Object.entries(figures).map(([name, { score, ci, scored, total }]) => {
    const evidence = [
      ...(ci === undefined ? [] : [describeEnds(ci)]),
      ...(scored === undefined || scored === total ? [] : [`${scored} of ${total} scored`]),
    ]
    return `${name} ${rounded(score)}${evidence.length > 0 ? ` (${evidence.join(', ')})` : ''}`
  })
  return `evaluation ${whenEvaluated(afterRollout)}: ${told.join(', ')}`
}

function describeEnds([low, high]: readonly [number, number]): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'too few prompts for an interval'
  return low === high ? 'all equal' : `${rounded(low)} to ${rounded(high)}`
}

function rounded(score: number): number {
  return Number(score.toPrecision(4))
}
