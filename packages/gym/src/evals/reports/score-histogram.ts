import { formatCount, formatNumber } from '../../console/format.js'
import { markupLine } from './markup.js'

/** One bar: scores from `low` to below `high`, the last bar's `high` included; equal where it is one value. */
export interface Bin {
  readonly low: number
  readonly high: number
  readonly count: number
}

const binsAtMost = 20
const size = { width: 640, height: 180, foot: 24, head: 16 } as const

/** Counts scores: one bin a value where there are few different ones, as with passes and grades, else equal ranges. */
export function scoreBins(scores: readonly number[]): Bin[] {
  const values = [...new Set(scores)].sort((a, b) => a - b)
  const [low, high] = [values[0], values.at(-1)]
  if (low === undefined || high === undefined) return []
  if (values.length <= binsAtMost) {
    return values.map((value) => ({ low: value, high: value, count: scores.filter((score) => score === value).length }))
  }
  const counts = new Array<number>(binsAtMost).fill(0)
  // Halved before subtracting: the range of two huge scores may be infinite.
  const half = high / 2 - low / 2
  for (const score of scores) {
    const place = Math.min(Math.floor(((score / 2 - low / 2) / half) * binsAtMost), binsAtMost - 1)
    counts[place] = (counts[place] ?? 0) + 1
  }
  const edge = (place: number) => (place === binsAtMost ? high : low + 2 * half * (place / binsAtMost))
  return counts.map((count, place) => ({ low: edge(place), high: edge(place + 1), count }))
}

/** Draws the distribution of scores as an SVG that needs no script and no style of its own. */
export function scoreHistogram(scores: readonly number[], scorer: string): string {
  const bins = scoreBins(scores)
  if (bins.length === 0) return ''
  const most = Math.max(...bins.map(({ count }) => count))
  const step = size.width / bins.length
  const room = size.height - size.foot - size.head
  const bars = bins.map(({ low, high, count }, place) => {
    const height = (count / most) * room
    const x = (place * step + step * 0.05).toFixed(1)
    const y = (size.height - size.foot - height).toFixed(1)
    const range = low === high ? formatNumber(low) : `${formatNumber(low)} to ${formatNumber(high)}`
    const title = `<title>score ${range}: ${formatCount(count)}</title>`
    return `<rect class="bar" x="${x}" y="${y}" width="${(step * 0.9).toFixed(1)}" height="${height.toFixed(1)}">${title}</rect>`
  })
  const label = (x: number, anchor: string, text: string, y: number = size.height - 6) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
  const [first, last] = [bins[0], bins.at(-1)]
  const ends =
    bins.length === 1
      ? [label(size.width / 2, 'middle', formatNumber(first?.low))]
      : [label(2, 'start', formatNumber(first?.low)), label(size.width - 2, 'end', formatNumber(last?.high))]
  const summary = `${formatCount(scores.length)} scores of ${markupLine(scorer)}, ${formatNumber(first?.low)} to ${formatNumber(last?.high)}; the fullest bar holds ${formatCount(most)}`
  return [
    `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${summary}">`,
    ...bars,
    `<line class="axis" x1="0" x2="${size.width}" y1="${size.height - size.foot}" y2="${size.height - size.foot}"/>`,
    ...ends,
    label(2, 'start', `most in one bar: ${formatCount(most)}`, 12),
    '</svg>',
  ].join('\n')
}
