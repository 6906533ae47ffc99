import type { EvalRowRecord } from '../../store/records.js'
import type { EvalResult } from '../eval-result.js'
import { shownScorer } from '../result-by-scorer.js'
import { outcomeOf } from './row-outcome.js'

/** Renders the rows of an evaluation as JSON Lines, exactly as they are kept, each with the id of the evaluation and the scorer of `score`. */
export function jsonlReport(result: EvalResult): string {
  const { evalId, name, model } = result
  const scorer = shownScorer(result)
  const line = (row: EvalRowRecord) => oneLine({ evalId, name, model, outcome: outcomeOf(row), scorer, ...row })
  return result.rows.map((row) => `${line(row)}\n`).join('')
}

/** JSON leaves the two Unicode line ends as they are, where some readers would break the line. */
function oneLine(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
