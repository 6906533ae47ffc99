import type { StepMetrics } from '../store/records.js'
import { explainStep } from '../training/explain-step.js'

/** Something that looks wrong in a training step. The same `topic` is said again only after it went away. */
export interface TrainingWarning {
  /** The rule of the explanation that spoke, e.g. `flat`. */
  readonly topic: string
  readonly message: string
}

/** Lists what looks wrong in one training step, in plain words with the figure and what to try. */
export function trainingWarnings(metrics: StepMetrics): TrainingWarning[] {
  return explainStep({ step: metrics }).flatMap(({ id, level, sentence, advice }) =>
    level === 'warning' ? [{ topic: id, message: `${sentence}; ${advice}` }] : [],
  )
}
