import { formatNumber } from '../../../console/format.js'
import { markupLine } from '../../../evals/reports/markup.js'
import type { Series } from '../run-schemas.js'

/** The curves of a run, as a receipt holds them. */
export type Curves = Pick<Series, 'rolloutIds' | 'figures' | 'every' | 'total'>

type Figure = Series['figures'][number]

const size = { width: 320, height: 90 } as const

/** Draws every figure of a run as a line, with a band from lowest to highest where a point is several rollouts. */
export function renderCurves({ rolloutIds, figures, every, total }: Curves): string {
  if (rolloutIds.length === 0) return '<p>No rollout has finished.</p>'
  const points = every > 1 ? ` Each point is ${every} rollouts: their mean, and the band from lowest to highest.` : ''
  const drawn = figures.map((figure) => renderFigure(figure, every > 1))
  return `<p>${total} rollouts.${points}</p>\n<div class="curves">\n${drawn.join('\n')}\n</div>`
}

function renderFigure({ name, mean, low, high }: Figure, hasBand: boolean): string {
  const known = [...mean, ...(hasBand ? [...low, ...high] : [])].filter((value) => value !== null)
  const first = mean.find((value) => value !== null)
  const last = mean.findLast((value) => value !== null)
  const caption = `<figcaption>${markupLine(name)}: ${formatNumber(first)} to ${formatNumber(last)}</figcaption>`
  if (known.length === 0) return `<figure>${caption}</figure>`
  const bottom = known.reduce((least, value) => Math.min(least, value))
  const top = known.reduce((most, value) => Math.max(most, value))
  const x = (at: number) => ((at / Math.max(1, mean.length - 1)) * (size.width - 4) + 2).toFixed(1)
  const y = (value: number) =>
    top === bottom
      ? size.height / 2
      : (size.height - 4 - ((value - bottom) / (top - bottom)) * (size.height - 8)).toFixed(1)
  const places = (values: Figure['mean']) =>
    values.flatMap((value, at) => (value === null ? [] : [`${x(at)},${y(value)}`]))
  const band = hasBand
    ? `<polygon class="band" points="${[...places(high), ...places(low).reverse()].join(' ')}"/>`
    : ''
  const label = `${markupLine(name)} from ${formatNumber(bottom)} to ${formatNumber(top)}`
  return `<figure>${caption}<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">${band}<polyline class="line" points="${places(mean).join(' ')}"/></svg></figure>`
}
