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
  figures: Readonly<Record<string, Pick<TrainingEvaluation, 'score'>>>,
): string {
  const told = Object.entries(figures).map(([name, { score }]) => `${name} ${Number(score.toPrecision(4))}`)
  return `evaluation ${whenEvaluated(afterRollout)}: ${told.join(', ')}`
}
