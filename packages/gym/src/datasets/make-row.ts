import { GymError } from '../errors.js'
import { didYouMean } from '../options/did-you-mean.js'
import { shownValue } from '../options/shown-value.js'
import type { DatasetRow } from '../trip.js'

/** Which columns a dataset reads. */
export interface RowColumns {
  /** Column of the text that fills `{input}`. Left out with a messages column: the last user message names the row. */
  readonly inputColumn?: string
  /** Column of the reference answer. */
  readonly outputColumn?: string
  /** Column of the reference answer where none was named: a row may lack it, or hold something else there. */
  readonly usualOutputColumn?: string
  readonly messagesColumn?: string
}

/**
 * Makes a row from what a file holds. `where` names its place for messages, e.g. `topics.jsonl line 3`.
 *
 * Throws a GymError: 'config' for a column that is not there (with the one that was likely meant), 'data' for an input
 * that is not text. Numbers are accepted as reference answers, a null answer is left out.
 */
export function makeRow(
  columns: Readonly<Record<string, unknown>>,
  index: number,
  where: string,
  use: RowColumns,
): DatasetRow {
  for (const option of ['inputColumn', 'outputColumn', 'messagesColumn'] as const) {
    const column = use[option]
    if (column !== undefined && !Object.hasOwn(columns, column))
      throw unknownColumn(column, Object.keys(columns), where, option)
  }
  const output = outputOf(columns, where, use)
  return { index, input: inputText(columns, where, use), ...(output === undefined ? {} : { output }), columns }
}

/** Says that a column is missing, what it was likely meant to be, which ones there are, and which option names it. */
export function unknownColumn(column: string, known: readonly string[], where: string, option?: string): GymError {
  const near = didYouMean(column, known)
  const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  const next = near !== undefined || option === undefined ? '' : `; set ${option} of the dataset to one of them`
  const message = `${where} has no column "${column}"${near === undefined ? '' : `; did you mean "${near}"?`} (${has})${next}`
  return new GymError('config', 'unknown-column', message)
}

function inputText(columns: Readonly<Record<string, unknown>>, where: string, use: RowColumns): string {
  if (use.inputColumn === undefined) return lastUserText(columns[use.messagesColumn ?? ''])
  const value = columns[use.inputColumn]
  if (typeof value === 'string') return value
  const message = `${where} has ${shownValue(value)} in column "${use.inputColumn}", which must be text; write it as a string, or choose another inputColumn`
  throw new GymError('data', 'input-not-text', message)
}

function outputOf(
  columns: Readonly<Record<string, unknown>>,
  where: string,
  { outputColumn, usualOutputColumn }: RowColumns,
): string | undefined {
  if (outputColumn !== undefined) return outputText(columns[outputColumn], outputColumn, where)
  if (usualOutputColumn === undefined || !Object.hasOwn(columns, usualOutputColumn)) return undefined
  const value = columns[usualOutputColumn]
  // A list of answers, say, is for the reward to read: nobody promised a text.
  return typeof value === 'object' ? undefined : outputText(value, usualOutputColumn, where)
}

function outputText(value: unknown, column: string, where: string): string | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const message = `${where} has ${shownValue(value)} in column "${column}", which must be text or a number; choose another outputColumn`
  throw new GymError('data', 'output-not-text', message)
}

/** Only a name for the row; `rowMessages` checks the messages themselves. */
function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages)) return ''
  const last: unknown = messages.findLast((one: unknown) => isUserMessage(one))
  return isUserMessage(last) ? last.content : ''
}

function isUserMessage(value: unknown): value is { role: 'user'; content: string } {
  if (typeof value !== 'object' || value === null) return false
  return 'role' in value && value.role === 'user' && 'content' in value && typeof value.content === 'string'
}
