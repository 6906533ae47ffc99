import type { StepMetrics } from '../store/records.js'
import type { Reward } from '../trip.js'
import { evaluateHeldOut } from './evaluate-held-out.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import type { HeldOutRows } from './held-out-rows.js'
import type { TrainingRun } from './training-run.js'

/** The evaluations of one run while it trains. */
export interface HeldOutEvaluations {
  /**
   * Evaluates the weights that the run starts from; what it returns belongs to the first step. A resumed run is evaluated
   * here where it ended before an evaluation that was due.
   */
  begin(): Promise<Pick<StepMetrics, 'evaluationBefore'>>
  /** Evaluates the weights after a step where that is due, and keeps the scores with the step. */
  after(step: StepMetrics): Promise<void>
}

/** Evaluates a run before its first rollout, after every `evalInterval` of them and after the last; never without rows for it. */
export function heldOutEvaluations(run: TrainingRun, recipe: ResolvedGrpo, reward: Reward): HeldOutEvaluations {
  const { heldOut } = run
  if (heldOut === null) return { begin: async () => ({}), after: async () => undefined }
  const { evalInterval = recipe.saveInterval } = recipe
  const isDue = (rolloutId: number) => rolloutId === run.numRollout - 1 || (rolloutId + 1) % evalInterval === 0
  const evaluate = (afterRollout: number) => evaluateHeldOut(run, recipe, reward, heldOut, afterRollout)
  const withEvaluation = async (step: StepMetrics): Promise<StepMetrics> => {
    const metrics = { ...step, evaluation: await evaluate(step.rolloutId) }
    await run.store.runs.addStep(run.trainingRunId, metrics)
    return metrics
  }
  return {
    async begin() {
      run.onProgress({ kind: 'notice', message: describeSize(recipe, heldOut, evalInterval) })
      if (run.startRollout === 0) return { evaluationBefore: await evaluate(-1) }
      const last = (await run.store.runs.steps(run.trainingRunId)).at(-1)
      if (last !== undefined && isDue(last.rolloutId) && last.evaluation === undefined) await withEvaluation(last)
      return {}
    },
    async after(step) {
      if (!isDue(step.rolloutId)) return
      const metrics = await withEvaluation(step)
      run.onProgress({ kind: 'train-step', metrics, numRollout: run.numRollout })
    },
  }
}

/** Says how much is sampled for evaluations, and where that is more than for training. */
function describeSize(recipe: ResolvedGrpo, { dataset, rows }: HeldOutRows, evalInterval: number): string {
  const { nSamplesPerEvalPrompt, rolloutBatchSize, nSamplesPerPrompt } = recipe
  const responses = rows.length * nSamplesPerEvalPrompt
  const between = rolloutBatchSize * nSamplesPerPrompt * evalInterval
  const every = evalInterval === 1 ? 'every rollout' : `every ${evalInterval} rollouts`
  const size = `each evaluation, before the first rollout, after ${every} and after the last, samples ${responses} responses (${rows.length} rows of ${dataset.name}, nSamplesPerEvalPrompt ${nSamplesPerEvalPrompt})`
  if (responses <= between) return size
  return `${size}, more than the ${between} that are trained on between two of them; for a shorter run give it fewer rows or a larger evalInterval`
}
