import type { Comparison } from '../evals/compare-evals.js'
import type { Colors } from './colors.js'
import { formatInterval } from './eval-table.js'
import { wrapToWidth } from './fit-text.js'
import { formatCount, formatSigned } from './format.js'
import { printable } from './printable.js'
import { renderTable } from './table.js'

export interface ComparisonReportOptions {
  /** Columns for the sentences. */
  readonly width: number
  /** Columns for the table. Default: those of the sentences. */
  readonly tableWidth?: number
  readonly colors: Colors
}

/** Renders comparisons: a table with difference, interval, p and verdict, then each verdict as a sentence. */
export function renderComparisonReport(
  comparisons: readonly Comparison[],
  { width, tableWidth = width, colors }: ComparisonReportOptions,
): string[] {
  const paintVerdict = (cell: string, index: number) => {
    switch (comparisons[index]?.verdict) {
      case 'better':
        return colors.green(cell)
      case 'worse':
        return colors.red(cell)
      default:
        return colors.yellow(cell)
    }
  }
  const table = renderTable({
    columns: [
      { title: 'from', isFlexible: true },
      { title: 'to', isFlexible: true },
      { title: 'difference', align: 'right' },
      { title: '95% interval', align: 'right' },
      { title: 'p', align: 'right' },
      { title: 'prompts', align: 'right' },
      { title: 'verdict', paint: paintVerdict },
    ],
    rows: comparisons.map(({ a, b, difference, ci, p, nPrompts, verdict }) => [
      a,
      b,
      formatSigned(difference),
      formatInterval(ci),
      p < 0.0001 ? '<0.0001' : p.toFixed(4),
      formatCount(nPrompts),
      verdict,
    ]),
    width: tableWidth,
    colors,
  })
  const sentences = comparisons.flatMap(({ sentence }) => {
    const [first = '', ...rest] = wrapToWidth(printable(sentence), width - 2)
    return [`- ${first}`, ...rest.map((text) => `  ${text}`)]
  })
  return [...table, '', ...sentences]
}
