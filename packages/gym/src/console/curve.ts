import { padToWidth, widthOf } from './fit-text.js'
import { formatNumber } from './format.js'
import { resample } from './sparkline.js'

// Bits of a braille cell's eight dots, [row][column]; U+2800 is the empty cell.
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

export interface CurveOptions {
  /** Columns for the drawing, its axis labels not counted. Default 40. */
  readonly width?: number
  /** Rows. Default 4. */
  readonly height?: number
}

/**
 * Draws a series as a braille curve with its largest and smallest value at the left edge, one string a row. Two dots a
 * column and four a row; a constant series lies in the middle, an empty one draws nothing.
 */
export function renderCurve(values: readonly number[], options: CurveOptions = {}): string[] {
  const height = options.height ?? 4
  const series = resample(values, (options.width ?? 40) * 2)
  const finite = series.filter(Number.isFinite)
  if (finite.length === 0) return []
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  // Few values are stretched, so that ten rollouts do not draw a curve five columns wide.
  const stretch = Math.max(1, Math.floor(((options.width ?? 40) * 2) / series.length))
  const dotColumns = (series.length - 1) * stretch + 1
  const cells = Array.from({ length: height }, () => new Uint8Array(Math.ceil(dotColumns / 2)))
  const heightOf = (value: number) => (high > low ? ((value - low) / (high - low)) * (height * 4 - 1) : height * 2)

  let previous: number | null = null
  for (let column = 0; column < dotColumns; column += 1) {
    const value = interpolate(series, column / stretch)
    const level = Number.isFinite(value) ? Math.round(heightOf(value)) : null
    if (level !== null) {
      // Steps are joined by a vertical stroke, or a steep curve would fall apart into dots.
      const from = previous === null || previous === level ? level : previous < level ? previous + 1 : previous - 1
      for (let dot = Math.min(from, level); dot <= Math.max(from, level); dot += 1) {
        const fromTop = height * 4 - 1 - dot
        const row = cells[Math.floor(fromTop / 4)]
        const bit = dots[fromTop % 4]?.[column % 2] ?? 0
        if (row !== undefined) row[column >> 1] = (row[column >> 1] ?? 0) | bit
      }
    }
    previous = level
  }

  const labels = cells.map((_, row) => {
    if (high === low) return row === Math.floor((height - 1) / 2) ? formatNumber(high) : ''
    return row === 0 ? formatNumber(high) : row === height - 1 ? formatNumber(low) : ''
  })
  const labelWidth = Math.max(...labels.map(widthOf))
  return cells.map((row, index) => {
    const drawing = Array.from(row, (bits) => String.fromCharCode(0x2800 + bits)).join('')
    return `${padToWidth(labels[index] ?? '', labelWidth, 'right')} ┤${drawing}`
  })
}

function interpolate(series: readonly number[], position: number): number {
  const left = Math.floor(position)
  const weight = position - left
  const before = series[left] ?? Number.NaN
  if (weight === 0) return before
  return before * (1 - weight) + (series[left + 1] ?? Number.NaN) * weight
}
