import type { EvalRowRecord } from '../../store/records.js'
import type { EvalResult } from '../eval-result.js'
import { shownScorer } from '../result-by-scorer.js'
import { outcomeOf } from './row-outcome.js'

const lineEnd = '\r\n'

/**
 * Renders the rows of an evaluation as CSV (RFC 4180), one response a line: `scorer` names whose `score` it is, and each
 * further scorer has a column. A text
 * that a spreadsheet would run as a formula gets an apostrophe before it; where every character counts, take JSONL.
 */
export function csvReport(result: EvalResult): string {
  const further = result.scorers.slice(1).map(({ name }) => name)
  const scorer = shownScorer(result) ?? null
  const titles = [
    ...['row', 'sample', 'prompt', 'response', 'outcome', 'scorer', 'score'],
    ...further.flatMap((name) => [`score ${name}`, `failure ${name}`]),
    ...['failure', 'failure_message', 'finish_reason', 'tokens', 'metadata'],
  ]
  const lines = result.rows.map((row) => [
    ...[row.rowIndex, row.sampleIndex, row.prompt, row.response, outcomeOf(row), scorer, row.score],
    ...further.flatMap((name) => [row.scores?.[name]?.score ?? null, row.scores?.[name]?.failure?.message ?? null]),
    ...[row.failure?.boundary ?? null, row.failure?.message ?? null, row.finishReason, row.tokens, metadataOf(row)],
  ])
  return [titles, ...lines].map((cells) => cells.map(csvCell).join(',') + lineEnd).join('')
}

function metadataOf({ metadata }: EvalRowRecord): string | null {
  return Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata)
}

/** Writes one value: numbers as they are, nothing for null, texts disarmed and quoted where they must be. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // Spreadsheets skip leading white space, and take the full-width signs as well.
  const isFormula = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value)
  const text = isFormula ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
