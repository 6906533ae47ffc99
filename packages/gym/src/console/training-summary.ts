import type { StepMetrics, TrainingEvaluation } from '../store/records.js'
import { explainStep, type Finding, isFineTuning } from '../training/explain-step.js'
import type { Colors } from './colors.js'
import { renderCurve } from './curve.js'
import { formatDetail } from './detail-value.js'
import { formatInterval } from './eval-table.js'
import { wrapToWidth } from './fit-text.js'
import { formatNumber, formatSeconds, formatShare } from './format.js'
import { printable, printableVerse } from './printable.js'

const MOST_FINDINGS = 3
const findingWords: Readonly<Record<Finding['level'], string>> = {
  warning: 'look at this',
  notice: 'keep an eye on',
  info: 'normal',
}

/** Renders the end of a training run: the reward's curve, and first against last rollout for all that belongs to the score. */
export function renderTrainingSummary(
  steps: readonly StepMetrics[],
  seconds: number,
  colors: Colors,
  width = 100,
  /** How many of the steps took no part of the seconds, since the run went on after them. */
  before = 0,
): string[] {
  const first = steps[0]
  const last = steps.at(-1)
  if (first === undefined || last === undefined) return [`trained in ${formatSeconds(seconds)}`]
  const change = (before: string, after: string) => (steps.length === 1 ? after : `${before} -> ${after}`)
  const inTime = (now: number) => `${before === 0 ? '' : `, ${now} of them now,`} in ${formatSeconds(seconds)}`
  const curve = (figure: (step: StepMetrics) => number) =>
    steps.length === 1 ? [] : renderCurve(steps.map(figure)).map((row) => `  ${row}`)
  if (isFineTuning(first)) {
    const loss = colors.bold(`loss ${change(formatNumber(first.loss), formatNumber(last.loss))}`)
    const headline = `${loss} over ${countOf(steps, 'step')}${inTime(steps.length - before)}`
    return ['', headline, ...curve((step) => step.loss), ...renderFindings(steps, last, { colors, width })]
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
      ` over ${countOf(steps, 'rollout')}${inTime(steps.length - before)}`,
    ...curve((step) => step.rewardMean),
    ...evidence.map((text) => `  ${text}`),
    ...renderEvaluations(steps).map((text) => `  ${text}`),
    ...renderFindings(steps, last, { colors, width }),
  ]
}

/** Gives the first and the last score of each dataset that the run was evaluated on while it trained. */
function renderEvaluations(steps: readonly StepMetrics[]): string[] {
  const figures = new Map<string, TrainingEvaluation[]>()
  for (const { evaluationBefore = {}, evaluation = {} } of steps) {
    for (const [name, figure] of [...Object.entries(evaluationBefore), ...Object.entries(evaluation)]) {
      figures.set(name, [...(figures.get(name) ?? []), figure])
    }
  }
  return [...figures].map(([name, all]) => {
    const ends = all.filter((_, place) => place === 0 || place === all.length - 1)
    const means = ends.map(heldOutMean).join(' -> ')
    return `held out, ${printable(name)}: mean score ${means}, ${all.length === 1 ? 'evaluated once' : `evaluated ${all.length} times`}`
  })
}

function heldOutMean({ score, ci }: TrainingEvaluation): string {
  return ci === undefined ? formatNumber(score) : `${formatNumber(score)} (${formatInterval(ci)})`
}

/** Says what the run's end means: up to three things to look at, or where there are none the first that is normal. */
function renderFindings(
  steps: readonly StepMetrics[],
  last: StepMetrics,
  { colors, width }: { readonly colors: Colors; readonly width: number },
): string[] {
  const found = explainStep({ step: last, recent: steps, first: steps[0] ?? last })
  const pressing = found.filter(({ level }) => level !== 'info').slice(0, MOST_FINDINGS)
  return (pressing.length > 0 ? pressing : found.slice(0, 1)).flatMap(({ level, sentence, advice }) => {
    const text = `${findingWords[level]}: ${printable(sentence)}; ${printable(advice)}`
    const lines = wrapToWidth(text, width - 2).map((line) => `  ${line}`)
    return level === 'warning' ? lines.map((line) => colors.yellow(line)) : lines
  })
}

function countOf(steps: readonly StepMetrics[], noun: string): string {
  return steps.length === 1 ? `1 ${noun}` : `${steps.length} ${noun}s`
}
