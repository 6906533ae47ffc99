import type { Series } from './run-schemas.js'
import type { StepColumns } from './step-columns.js'

/** Which steps to draw, and with how many points at most. */
export interface SeriesQuery {
  /** Rollout ids, both inclusive. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly points: number
}

/**
 * Thins the columns of a run to what a chart can draw: neighbouring steps become one point, with their mean, and their
 * lowest and highest value so that no peak is lost. A point stands at the last step it holds.
 */
export function thinColumns({ rolloutIds, tokens, seconds, figures }: StepColumns, query: SeriesQuery): Series {
  const { from = 0, to = Number.MAX_SAFE_INTEGER, points } = query
  const start = placeOf(rolloutIds, from)
  const end = placeOf(rolloutIds, to + 1)
  const every = Math.max(1, Math.ceil((end - start) / points))
  const ends: number[] = []
  for (let place = start; place < end; place += every) ends.push(Math.min(place + every, end))
  const atEnds = (values: readonly number[]) => ends.map((next) => rounded(values[next - 1]) ?? 0)
  return {
    every,
    total: rolloutIds.length,
    rolloutIds: ends.map((next) => rolloutIds[next - 1] ?? 0),
    tokens: atEnds(tokens),
    seconds: atEnds(seconds),
    figures: [...figures].map(([name, values]) => thinned(name, values, start, ends)),
  }
}

function thinned(name: string, values: readonly number[], start: number, ends: readonly number[]) {
  const mean: (number | null)[] = []
  const low: (number | null)[] = []
  const high: (number | null)[] = []
  let place = start
  for (const end of ends) {
    let [sum, count, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (; place < end; place++) {
      const value = values[place] as number
      if (!Number.isFinite(value)) continue
      sum += value
      count += 1
      if (value < least) least = value
      if (value > most) most = value
    }
    mean.push(count === 0 ? null : rounded(sum / count))
    low.push(rounded(least))
    high.push(rounded(most))
  }
  return { name, mean, low, high }
}

/** Finds the first place whose rollout id is at least `rolloutId`; ids rise. */
function placeOf(rolloutIds: readonly number[], rolloutId: number): number {
  let [low, high] = [0, rolloutIds.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rolloutIds[middle] as number) < rolloutId) low = middle + 1
    else high = middle
  }
  return low
}

/** Seven digits are what the figures hold, and half as much to send; null for what is not finite. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(7))
}
