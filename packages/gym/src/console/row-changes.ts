import type { RowChange } from '../evals/row-changes.js'
import type { Colors } from './colors.js'
import { formatCount, formatNumber, formatShare, formatSigned, noValue } from './format.js'
import { printableVerse } from './printable.js'
import { renderTable } from './table.js'

export interface RowChangesOptions {
  /** Responses in all. */
  readonly total: number
  /** Changes to show at most. */
  readonly shown: number
  /** Columns for the table. */
  readonly width: number
  readonly colors: Colors
}

/** Renders which responses another scorer judged otherwise: how many, then the biggest changes. */
export function renderRowChanges(changed: readonly RowChange[], options: RowChangesOptions): string[] {
  const { total, shown, width, colors } = options
  if (changed.length === 0) return [`none of ${formatCount(total)} responses changed`]
  const headline = `${formatCount(changed.length)} of ${formatCount(total)} responses changed (${formatShare(changed.length / total)})`
  if (shown === 0) return [colors.bold(headline)]
  const table = renderTable({
    columns: [
      { title: 'prompt', isFlexible: true },
      { title: 'before', align: 'right' },
      { title: 'after', align: 'right' },
      { title: 'change', align: 'right' },
      { title: 'response', isFlexible: true },
    ],
    rows: changed
      .slice(0, shown)
      .map(({ prompt, before, after, outcome, response }) => [
        printableVerse(prompt),
        before === null ? noValue : formatNumber(before),
        after === null ? outcome : formatNumber(after),
        before === null || after === null ? noValue : formatSigned(after - before),
        printableVerse(response),
      ]),
    width,
    colors,
  })
  return [colors.bold(headline), ...table]
}
