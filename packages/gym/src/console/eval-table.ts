import type { EvalResult } from '../evals/eval-result.js'
import type { Colors } from './colors.js'
import { formatDetail } from './detail-value.js'
import { formatCount, formatNumber, formatShare, noValue } from './format.js'
import { printableVerse } from './printable.js'
import { renderTable } from './table.js'

/** What of an evaluation stands in one row. */
export type EvalTableRow = Pick<EvalResult, 'name' | 'mean' | 'ci' | 'scored' | 'failed' | 'details' | 'diversity'>

/** Renders several evaluations, one a row: the mean with its interval, and beside it all that keeps it honest. */
export function renderEvalTable(
  evals: readonly EvalTableRow[],
  { width, colors }: { readonly width: number; readonly colors: Colors },
): string[] {
  const detailNames = [...new Set(evals.flatMap(({ details }) => Object.keys(details)))]
  return renderTable({
    columns: [
      { title: 'evaluation', isFlexible: true },
      { title: 'mean', align: 'right' },
      { title: '95% interval', align: 'right' },
      { title: 'n', align: 'right' },
      { title: 'failed', align: 'right' },
      ...detailNames.map((title) => ({ title, align: 'right' as const })),
      { title: 'dist-2', align: 'right' },
      { title: 'line', align: 'right' },
      { title: 'commonest line', isFlexible: true },
    ],
    rows: evals.map(({ name, mean, ci, scored, failed, details, diversity }) => [
      name,
      formatNumber(mean),
      formatInterval(ci),
      formatCount(scored),
      formatCount(failed),
      ...detailNames.map((detail) => formatDetail(detail, details[detail])),
      diversity.distinct2.toFixed(2),
      formatShare(diversity.topLine.share),
      `"${printableVerse(diversity.topLine.text)}"`,
    ]),
    width,
    colors,
  })
}

/**
 * Formats an interval as `-3.32 to -2.99`; a dash where there is none, since equal scores are no certainty. Shares give
 * `formatShare`.
 */
export function formatInterval([low, high]: readonly [number, number], format = formatNumber): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return noValue
  return low === high ? 'all equal' : `${format(low)} to ${format(high)}`
}
