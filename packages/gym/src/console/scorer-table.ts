import type { ScorerSummary } from '../evals/summarise-scores.js'
import type { Colors } from './colors.js'
import { formatInterval } from './eval-table.js'
import { formatCount, formatNumber, noValue } from './format.js'
import { renderTable } from './table.js'

/** Renders the scorers of one evaluation, one a row: each with its own mean, interval, abstentions and failures. */
export function renderScorerTable(
  scorers: readonly ScorerSummary[],
  { width, colors }: { readonly width: number; readonly colors: Colors },
): string[] {
  return renderTable({
    columns: [
      { title: 'scorer', isFlexible: true },
      { title: 'mean', align: 'right' },
      { title: '95% interval', align: 'right' },
      { title: 'n', align: 'right' },
      { title: 'abstained', align: 'right' },
      { title: 'failed', align: 'right' },
    ],
    rows: scorers.map(({ name, mean, ci, scored, abstained, failed }) => [
      name,
      formatNumber(mean),
      ci === null ? noValue : formatInterval(ci),
      formatCount(scored),
      formatCount(abstained),
      formatCount(failed),
    ]),
    width,
    colors,
  })
}
