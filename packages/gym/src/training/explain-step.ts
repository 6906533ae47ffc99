import type { StepMetrics } from '../store/records.js'
import { explainRules } from './explain-rules.js'

/** `info` says that something is normal, `notice` deserves a look, `warning` spoils the run if it goes on. */
export type FindingLevel = 'info' | 'notice' | 'warning'

/** One thing that the numbers of a step say. */
export interface Finding {
  /** Which rule spoke; the same from step to step. */
  readonly id: string
  readonly level: FindingLevel
  /** What is so, with the figures that say it; no full stop at the end. */
  readonly sentence: string
  /** What to try, or why there is nothing to do; no full stop at the end. */
  readonly advice: string
}

/** What the rules look at. */
export interface StepWindow {
  /** The step to explain. */
  readonly step: StepMetrics
  /** That step and up to `WINDOW_STEPS` - 1 before it, oldest first. */
  readonly recent: readonly StepMetrics[]
  /** The first step of the run. */
  readonly first: StepMetrics
  /** The recipe's resolved options, where they are known, e.g. `{ clipGrad: 1, lr: 1e-4 }`. */
  readonly options: Readonly<Record<string, unknown>>
  /** The scores of each group of the step, where its samples are at hand. */
  readonly groupScores: readonly (readonly number[])[]
}

/** Steps that a window holds at most: enough to tell a direction from noise, few enough to be about now. */
export const WINDOW_STEPS = 40

const order: readonly FindingLevel[] = ['warning', 'notice', 'info']

/**
 * Says in plain sentences what the numbers of a step mean, worst first. A rule whose figures are absent or not finite keeps
 * silent, except the one about figures that are not finite.
 */
export function explainStep(window: Pick<StepWindow, 'step'> & Partial<StepWindow>): Finding[] {
  const { step, recent = [step], first = recent[0] ?? step, options = {}, groupScores = [] } = window
  const whole: StepWindow = { step, recent: recent.slice(-WINDOW_STEPS), first, options, groupScores }
  const updated = whole.recent.filter(isUpdate)
  const updates: StepWindow = { ...whole, recent: updated, first: isUpdate(first) ? first : (updated[0] ?? step) }
  const findings = explainRules.flatMap((rule): Finding[] => {
    const isMute = (rule.isAboutSamples && isFineTuning(step)) || (rule.isAboutUpdate && !isUpdate(step))
    const said = isMute ? null : rule.explain(rule.isAboutUpdate ? updates : whole)
    return said === null ? [] : [{ id: rule.id, ...said }]
  })
  return findings.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
}

/** Tells a step that trained something from one whose groups were all flat, which has no loss, entropy, ratio or gradient. */
export function isUpdate({ trainedSamples }: StepMetrics): boolean {
  return trainedSamples !== 0
}

/** Tells a supervised step, which samples nothing and so has no reward, from a rollout. */
export function isFineTuning(metrics: StepMetrics): boolean {
  return metrics.sampledTokens === 0 && Number.isNaN(metrics.rewardMean)
}
