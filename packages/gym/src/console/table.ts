import type { Colors } from './colors.js'
import { padToWidth, truncateToWidth, widthOf } from './fit-text.js'
import { printable } from './printable.js'

export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Gives way first when the table is wider than the terminal. Default false. */
  readonly isFlexible?: boolean
  /** Paints a padded cell. */
  readonly paint?: (cell: string, rowIndex: number) => string
}

export interface TableOptions {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly string[])[]
  /** Terminal columns; no line of the table is wider, unless there are more columns than would fit at all. */
  readonly width: number
  readonly colors: Colors
}

const separator = '  '
const narrowest = 4

/** Lays out rows under aligned titles, cutting cells with `…` so that no line is wider than the terminal. */
export function renderTable({ columns, rows, width, colors }: TableOptions): string[] {
  const cells = rows.map((row) => columns.map((_, index) => printable(row[index] ?? '')))
  const widths = fitWidths(
    columns.map((column, index) =>
      Math.max(widthOf(printable(column.title)), ...cells.map((row) => widthOf(row[index] ?? ''))),
    ),
    columns.map((column) => column.isFlexible === true),
    width,
  )
  const line = (row: readonly string[], paint: (cell: string, column: TableColumn) => string) =>
    columns
      .map((column, index) => {
        const columnWidth = widths[index] ?? 0
        const cell = truncateToWidth(row[index] ?? '', columnWidth)
        const isLast = index === columns.length - 1
        const padded = isLast && column.align !== 'right' ? cell : padToWidth(cell, columnWidth, column.align)
        return paint(padded, column)
      })
      .join(separator)
      .trimEnd()
  return [
    line(
      columns.map((column) => printable(column.title)),
      (cell) => colors.bold(cell),
    ),
    ...cells.map((row, rowIndex) => line(row, (cell, column) => column.paint?.(cell, rowIndex) ?? cell)),
  ]
}

/** Takes columns away one at a time from the widest flexible column, then from the widest of all. */
function fitWidths(natural: readonly number[], isFlexible: readonly boolean[], width: number): number[] {
  const widths = [...natural]
  const excess = () => widths.reduce((sum, each) => sum + each, 0) + separator.length * (widths.length - 1) - width
  for (const candidates of [isFlexible, widths.map(() => true)]) {
    while (excess() > 0) {
      const widest = widths.reduce(
        (best, each, index) => (candidates[index] && each > (widths[best] ?? 0) ? index : best),
        candidates.indexOf(true),
      )
      const current = widths[widest]
      if (current === undefined || current <= narrowest) break
      widths[widest] = current - 1
    }
  }
  return widths
}
