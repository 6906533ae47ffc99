import { formatNumber, formatShare } from './format.js'

// The bundled rewards report these two as booleans, so their means are shares; other details are shown as they are.
const shareNames: ReadonlySet<string> = new Set(['exact', 'topic'])

/** Formats the mean of one reward detail: `exact` and `topic` as percent, anything else as a number. */
export function formatDetail(name: string, value: number | undefined): string {
  return shareNames.has(name) ? formatShare(value) : formatNumber(value)
}
