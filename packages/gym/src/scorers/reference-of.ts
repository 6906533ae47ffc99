import { GymError } from '../errors.js'
import { shownValue } from '../options/shown-value.js'
import type { DatasetRow } from '../trip.js'

/**
 * Reads what a row says the right answer is: a column when one is named, else the row's `output`.
 *
 * @throws GymError 'data' (`no-reference`) when the row has no such value: scoring it 0 would blame the model.
 */
export function referenceOf(row: DatasetRow, column: string | undefined): unknown {
  const value = column === undefined ? row.output : row.columns[column]
  if (value !== undefined && value !== null) return value
  const known = Object.keys(row.columns).map((name) => `"${name}"`)
  const message =
    column === undefined
      ? `row ${row.index} (${shownValue(row.input, 40)}) has no reference answer; set the dataset's outputColumn, or the scorer's column`
      : `row ${row.index} (${shownValue(row.input, 40)}) has no value in column "${column}"; it has ${known.join(', ') || 'none'}`
  throw new GymError('data', 'no-reference', message)
}

/**
 * Reads the right answers of a row as texts: a list stands for "any of these", numbers and booleans are written out.
 *
 * @throws GymError 'data' (`no-reference`, `bad-reference`).
 */
export function referenceTexts(row: DatasetRow, column: string | undefined): string[] {
  const value = referenceOf(row, column)
  const list = Array.isArray(value) ? value : [value]
  return list.map((one: unknown) => {
    if (typeof one === 'string') return one
    if (typeof one === 'number' || typeof one === 'boolean' || typeof one === 'bigint') return String(one)
    const where = column === undefined ? 'as its reference answer' : `in column "${column}"`
    const message = `row ${row.index} has ${shownValue(value)} ${where}; give a text, a number, or a list of them`
    throw new GymError('data', 'bad-reference', message)
  })
}
