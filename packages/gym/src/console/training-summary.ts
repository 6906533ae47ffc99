import type { StepMetrics } from '../store/records.js'
import { isFineTuning } from '../training/explain-step.js'
import type { Colors } from './colors.js'
import { renderCurve } from './curve.js'
import { formatDetail } from './detail-value.js'
import { formatNumber, formatSeconds, formatShare } from './format.js'
import { printable, printableVerse } from './printable.js'

/** Renders the end of a training run: the reward's curve, and first against last rollout for all that belongs to the score. */
export function renderTrainingSummary(steps: readonly StepMetrics[], seconds: number, colors: Colors): string[] {
  const first = steps[0]
  const last = steps.at(-1)
  if (first === undefined || last === undefined) return [`trained in ${formatSeconds(seconds)}`]
  const change = (before: string, after: string) => (steps.length === 1 ? after : `${before} -> ${after}`)
  const curve = (figure: (step: StepMetrics) => number) =>
    steps.length === 1 ? [] : renderCurve(steps.map(figure)).map((row) => `  ${row}`)
  if (isFineTuning(first)) {
    const loss = colors.bold(`loss ${change(formatNumber(first.loss), formatNumber(last.loss))}`)
    return ['', `${loss} over ${countOf(steps, 'step')} in ${formatSeconds(seconds)}`, ...curve((step) => step.loss)]
  }
  const details = Object.keys(last.details).map(
    (name) =>
      `${printable(name)} ${change(formatDetail(name, first.details[name]), formatDetail(name, last.details[name]))}`,
  )
  const evidence = [
    ...details,
    `distinct-2 ${change(first.diversity.distinct2.toFixed(2), last.diversity.distinct2.toFixed(2))}`,
    `commonest line ${formatShare(last.diversity.topLine.share)} "${printableVerse(last.diversity.topLine.text)}"`,
  ]
  return [
    '',
    colors.bold(`mean reward ${change(formatNumber(first.rewardMean), formatNumber(last.rewardMean))}`) +
      ` over ${countOf(steps, 'rollout')} in ${formatSeconds(seconds)}`,
    ...curve((step) => step.rewardMean),
    ...evidence.map((text) => `  ${text}`),
  ]
}

function countOf(steps: readonly StepMetrics[], noun: string): string {
  return steps.length === 1 ? `1 ${noun}` : `${steps.length} ${noun}s`
}
