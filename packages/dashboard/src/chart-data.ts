import type { Series } from '../../gym/src/server/dashboard/run-schemas.js'
import type { Chart } from './charts.js'

/** What runs along the bottom of the charts. */
export type Axis = 'step' | 'tokens' | 'time'

/** How the lines of a chart are drawn. */
export interface Drawing {
  readonly axis: Axis
  readonly isLog: boolean
  /** How much of the past a smoothed line keeps, 0 (none) to below 1. */
  readonly smoothing: number
}

/** A value a point; null leaves a gap. */
export type Values = (number | null)[]

/** What uPlot draws. */
export interface DrawnLine {
  readonly values: Values
  /** Which line of the chart it belongs to. */
  readonly line: number
  /** `raw` is a line before smoothing; the others come in pairs: `high` and `low` of a spread, `top` and `bottom` of a point's rollouts. */
  readonly role: 'line' | 'raw' | 'high' | 'low' | 'top' | 'bottom'
}

/** Places the points of a series along an axis. */
export function placesOn(axis: Axis, { rolloutIds, tokens, seconds }: Series): number[] {
  if (axis === 'tokens') return tokens
  return axis === 'time' ? seconds : rolloutIds.map((id) => id + 1)
}

/** Prepares the lines of a chart: stacked, smoothed, with their bands, and without what a logarithm cannot show. */
export function drawnLines(chart: Chart, every: number, { isLog, smoothing }: Drawing): DrawnLine[] {
  const drawn: DrawnLine[] = []
  const add = (line: number, role: DrawnLine['role'], values: Values) =>
    drawn.push({
      line,
      role,
      values: isLog ? values.map((value) => (value !== null && value > 0 ? value : null)) : values,
    })
  let below: Values | undefined
  for (const [index, { figure }] of chart.lines.entries()) {
    const smooth = smoothed(figure.mean, smoothing)
    const values = below === undefined ? smooth : smooth.map((value, at) => plus(value, below?.[at] ?? 0))
    if (chart.isStacked) below = values
    if (smoothing > 0 && !chart.isStacked) add(index, 'raw', figure.mean)
    add(index, 'line', values)
  }
  const [first] = chart.lines
  if (chart.isStacked || first === undefined) return drawn
  // Several rollouts are one point: its extremes keep the peaks.
  if (every > 1) {
    for (const [index, { figure }] of chart.lines.entries()) {
      add(index, 'top', figure.high)
      add(index, 'bottom', figure.low)
    }
  }
  const { spread } = chart
  if (spread !== undefined) {
    const base = smoothed(first.figure.mean, smoothing)
    const width = smoothed(spread.mean, smoothing)
    add(
      0,
      'high',
      base.map((value, at) => plus(value, width[at] ?? null)),
    )
    add(
      0,
      'low',
      base.map((value, at) => plus(value, -(width[at] ?? Number.NaN))),
    )
  }
  return drawn
}

/** Smooths by an exponential mean that starts unbiased; gaps stay gaps. */
export function smoothed(values: readonly (number | null)[], smoothing: number): Values {
  if (smoothing === 0) return [...values]
  let sum = 0
  let weight = 0
  return values.map((value) => {
    if (value === null) return null
    sum = smoothing * sum + value
    weight = smoothing * weight + 1
    return sum / weight
  })
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null || Number.isNaN(b) ? null : a + b
}
