import type { EvalResult } from '../evals/eval-result.js'
import type { Colors } from './colors.js'
import { formatDetail } from './detail-value.js'
import { formatCount, formatNumber, formatShare, noValue } from './format.js'
import { printableVerse } from './printable.js'
import { renderTable } from './table.js'

/** What of an evaluation stands in one row. */
export type EvalTableRow = Pick<EvalResult, 'name' | 'mean' | 'ci' | 'scored' | 'failed' | 'details' | 'diversity'> &
  Partial<Pick<EvalResult, 'rows'>>

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
    rows: evals.map(({ name, mean, ci, scored, failed, details, diversity, rows }) => [
      name,
      formatNumber(mean),
      formatInterval(ci),
      formatCount(scored),
      formatCount(failed),
      ...detailNames.map((detail) => formatDetail(detail, details[detail], rows)),
      diversity.distinct2.toFixed(2),
      formatShare(diversity.topLine.share),
      `"${printableVerse(diversity.topLine.text)}"`,
    ]),
    width,
    colors,
  })
}

/** Says a mean's interval after the words given, or why there is none. */
export function describeInterval(ci: readonly [number, number], words: string): string {
  const [low, high] = ci
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'too few prompts for an interval'
  return low === high ? 'equal scores give no interval' : `${words} ${formatInterval(ci)}`
}

/**
 * Formats an interval as `-3.32 to -2.99`, its ends by `format`: a dash where too few prompts give none, and words where equal
 * scores give one of no width, which is no certainty.
 */
export function formatInterval([low, high]: readonly [number, number], format = formatNumber): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return noValue
  return low === high ? 'all equal' : `${format(low)} to ${format(high)}`
}
