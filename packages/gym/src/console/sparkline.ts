const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

export interface SparklineOptions {
  /** Columns at most; a longer series is averaged into this many buckets. Default: one column a value. */
  readonly width?: number
  /** Ends of the scale. Default: the smallest and largest value of the series. */
  readonly min?: number
  readonly max?: number
}

/**
 * Draws a series as one line of blocks, oldest first. A constant series is drawn at half height, a value that is not
 * finite as a gap, an empty series as an empty string.
 */
export function sparkline(values: readonly number[], options: SparklineOptions = {}): string {
  const series = resample(values, options.width ?? values.length)
  const finite = series.filter(Number.isFinite)
  const low = options.min ?? Math.min(...finite)
  const high = options.max ?? Math.max(...finite)
  return series
    .map((value) => {
      if (!Number.isFinite(value)) return ' '
      if (!(high > low)) return blocks[3]
      const level = Math.round(((value - low) / (high - low)) * (blocks.length - 1))
      return blocks[Math.min(blocks.length - 1, Math.max(0, level))] ?? ' '
    })
    .join('')
}

/** Averages a series into at most `width` buckets of nearly equal size; values that are not finite are left out of a mean. */
export function resample(values: readonly number[], width: number): number[] {
  const buckets = Math.max(0, Math.floor(width))
  if (values.length <= buckets) return [...values]
  return Array.from({ length: buckets }, (_, index) => {
    const start = Math.floor((index * values.length) / buckets)
    const end = Math.floor(((index + 1) * values.length) / buckets)
    const finite = values.slice(start, end).filter(Number.isFinite)
    return finite.length === 0 ? Number.NaN : finite.reduce((sum, value) => sum + value, 0) / finite.length
  })
}
