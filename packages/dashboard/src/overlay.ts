import type { Series } from '../../gym/src/server/dashboard/run-schemas.js'
import { type Chart, chartsOf, type Figure } from './charts.js'

/** Charts that make sense with one line a run. */
const compared = [
  'Reward',
  'Response length',
  'Entropy',
  'KL to the start',
  'Gradient norm',
  'Loss',
  'Learning rate',
  'Tokens a second',
]

/** Puts the series of several runs on one axis of rollouts; a run has a gap where only another has a point. */
export function mergedSeries(runs: readonly string[], all: readonly Series[]): Series {
  const rolloutIds = [...new Set(all.flatMap((series) => series.rolloutIds))].sort((a, b) => a - b)
  const figures = all.flatMap((series, at): Figure[] => {
    const places = new Map(series.rolloutIds.map((id, place) => [id, place]))
    const spread = (values: readonly (number | null)[]) => rolloutIds.map((id) => values[places.get(id) ?? -1] ?? null)
    return series.figures.map(({ name, mean, low, high }) => ({
      name: `${runs[at]}/${name}`,
      mean: spread(mean),
      low: spread(low),
      high: spread(high),
    }))
  })
  const every = Math.max(1, ...all.map((series) => series.every))
  return { every, total: rolloutIds.length, rolloutIds, tokens: [], seconds: [], figures }
}

/** Makes one chart a figure with a line for each run. */
export function overlaidCharts(runs: readonly string[], merged: Series): Chart[] {
  const charts = new Map<string, Chart>()
  for (const run of runs) {
    const prefix = `${run}/`
    const own = merged.figures.flatMap((figure) =>
      figure.name.startsWith(prefix) ? [{ ...figure, name: figure.name.slice(prefix.length) }] : [],
    )
    for (const { title, unit, reading, lines, isShare } of chartsOf({ ...merged, figures: own })) {
      const [line] = lines
      if (line === undefined || !compared.includes(title)) continue
      const before = charts.get(title)?.lines ?? []
      const added = [...before, { name: run, figure: line.figure }]
      charts.set(title, {
        title,
        unit,
        reading,
        isShare,
        isStacked: false,
        spansGaps: true,
        spread: undefined,
        lines: added,
      })
    }
  }
  return [...charts.values()]
}
