import type { RunRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { explainStep, WINDOW_STEPS } from '../../training/explain-step.js'
import type { ExplainedStep } from './run-schemas.js'
import { stepAnswer } from './step-answer.js'

/** Reads one step of a run with those before it and says what it means; undefined when there is no such step. */
export async function explainRunStep(
  { runs }: Pick<Store, 'runs'>,
  { trainingRunId, config }: RunRecord,
  rolloutId: number,
): Promise<ExplainedStep | undefined> {
  const between = async (from: number, to: number) =>
    (await runs.stepsBetween(trainingRunId, { from, to, points: WINDOW_STEPS })).steps
  const recent = await between(Math.max(0, rolloutId - WINDOW_STEPS + 1), rolloutId)
  const step = recent.at(-1)
  if (step?.rolloutId !== rolloutId) return undefined
  const [first] = await between(0, 0)
  const groupScores = await runs.groupScores(trainingRunId, rolloutId)
  const options = typeof config.recipe === 'object' && config.recipe !== null ? { ...config.recipe } : {}
  return {
    step: stepAnswer(step),
    findings: explainStep({ step, recent, options, groupScores, ...(first && { first }) }),
  }
}
