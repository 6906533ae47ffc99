import type { StepMetrics } from '../store/records.js'
import { isFineTuning, isUpdate } from '../training/explain-step.js'
import type { Colors } from './colors.js'
import { formatDetail } from './detail-value.js'
import { joinToWidth, padToWidth, truncateToWidth, widthOf } from './fit-text.js'
import { formatCount, formatNumber, formatSeconds, formatShare, noValue } from './format.js'
import { printable, printableVerse } from './printable.js'

export interface RolloutTableOptions {
  /** Decides the columns: the reward's details, or none of it for supervised fine-tuning. */
  readonly first: StepMetrics
  readonly numRollout: number
  /** Terminal columns. What does not fit beside the row follows on an indented line; nothing is left out. */
  readonly width: number
  readonly colors: Colors
}

/** Lays out one aligned row a rollout, all with the same columns. */
export interface RolloutTable {
  readonly header: readonly string[]
  row(metrics: StepMetrics): string[]
}

interface Column {
  readonly title: string
  readonly width: number
  readonly value: (metrics: StepMetrics) => string
}

const separator = '  '
const narrowestLine = 18

/** Makes the table of a training run; the score always comes with distinct-2 and the commonest line. */
export function createRolloutTable({ first, numRollout, width, colors }: RolloutTableOptions): RolloutTable {
  const isTuned = isFineTuning(first)
  const columns = isTuned ? tuningColumns(numRollout) : rolloutColumns(Object.keys(first.details), numRollout)
  const inRow: Column[] = []
  let used = -separator.length
  for (const column of columns) {
    const needed = used + separator.length + column.width
    if (needed > width) break
    used = needed
    inRow.push(column)
  }
  const overflow = columns.slice(inRow.length)
  const roomForLine = width - used - separator.length
  const isLineInRow = !isTuned && overflow.length === 0 && roomForLine >= narrowestLine

  const titles = inRow.map((column) => padToWidth(column.title, column.width, 'right'))
  if (isLineInRow) titles.push('commonest line')
  return {
    header: [colors.bold(titles.join(separator))],
    row(metrics) {
      const cells = inRow.map((column) => padToWidth(column.value(metrics), column.width, 'right'))
      const { text } = metrics.diversity.topLine
      const line = text === '' ? '' : `"${printableVerse(text)}"`
      if (isLineInRow) {
        return [`${cells.join(separator)}${separator}${colors.dim(truncateToWidth(line, roomForLine))}`]
      }
      if (isTuned && overflow.length === 0) return [cells.join(separator)]
      const rest = overflow.map((column) => `${column.title} ${column.value(metrics)}`)
      const roomBehind = width - 4 - rest.reduce((sum, text) => sum + widthOf(text) + 3, 0)
      const roomForText = Math.max(narrowestLine, roomBehind >= narrowestLine ? roomBehind : width - 4)
      const parts = isTuned ? rest : [...rest, truncateToWidth(line, roomForText)]
      const continuation = joinToWidth(parts, ' · ', width - 4).map((text) => colors.dim(`    ${text}`))
      return [cells.join(separator), ...continuation]
    },
  }
}

const column = (title: string, atLeast: number, value: Column['value']): Column => ({
  title,
  width: Math.max(widthOf(title), atLeast),
  value,
})

function rolloutColumns(detailNames: readonly string[], numRollout: number): Column[] {
  return [
    counterColumn('rollout', numRollout),
    column('reward', 12, (step) => `${formatNumber(step.rewardMean)} ± ${formatNumber(step.rewardStd)}`),
    ...detailNames.map((name) =>
      column(truncateToWidth(printable(name), 14), 5, (step) => formatDetail(name, step.details[name])),
    ),
    column('dist-2', 4, distinct2Of),
    column('line', 5, (step) => formatShare(step.diversity.topLine.share)),
    column('length', 5, (step) => formatNumber(step.responseLength)),
    column(
      'entropy',
      5,
      ofUpdate((step) => step.entropy),
    ),
    column('KL', 6, (step) => formatNumber(step.kl)),
    ...costColumns,
  ]
}

function tuningColumns(numSteps: number): Column[] {
  return [
    counterColumn('step', numSteps),
    column('loss', 6, (step) => formatNumber(step.loss)),
    column('length', 5, (step) => formatNumber(step.responseLength)),
    column(
      'entropy',
      5,
      ofUpdate((step) => step.entropy),
    ),
    ...costColumns,
  ]
}

function counterColumn(title: string, total: number): Column {
  return column(title, `${total}/${total}`.length, (step) => `${step.rolloutId + 1}/${total}`)
}

/** Of a run elsewhere the samples are read later than what they scored. */
function distinct2Of({ diversity }: StepMetrics): string {
  return Number.isNaN(diversity.distinct2) ? noValue : diversity.distinct2.toFixed(2)
}

/** A step that trained nothing, because all its groups were flat, has no such figure. */
function ofUpdate(figure: (step: StepMetrics) => number): Column['value'] {
  return (step) => (isUpdate(step) ? formatNumber(figure(step)) : noValue)
}

const costColumns: readonly Column[] = [
  column(
    'grad',
    5,
    ofUpdate((step) => step.gradNorm),
  ),
  column('tok/s', 6, (step) => formatCount(step.tokensPerSecond)),
  column('time', 6, (step) => formatSeconds(step.seconds.total)),
]
