import { formatNumber, formatShare } from './format.js'

/** The rows that details were taken from. */
type DetailRows = readonly { readonly metadata: Readonly<Record<string, unknown>> }[]

// The bundled rewards report these two as booleans.
const ourShares: ReadonlySet<string> = new Set(['exact', 'topic'])

/**
 * Formats the mean of one reward detail: a share as percent, anything else as a number. It is a share where it was a
 * boolean in all rows that have it; where no row is known to have it, for `exact` and `topic` within 0 to 1.
 */
export function formatDetail(name: string, value: number | undefined, rows: DetailRows = []): string {
  return isShare(name, value, rows) ? formatShare(value) : formatNumber(value)
}

function isShare(name: string, value: number | undefined, rows: DetailRows): boolean {
  const kinds = new Set(rows.flatMap(({ metadata }) => (Object.hasOwn(metadata, name) ? [typeof metadata[name]] : [])))
  const isMean = kinds.has('boolean') || kinds.has('number')
  if (isMean) return !kinds.has('number')
  return ourShares.has(name) && value !== undefined && value >= 0 && value <= 1
}
