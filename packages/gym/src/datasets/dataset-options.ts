import { z } from 'zod'
import { GymError } from '../errors.js'
import type { DatasetRow } from '../trip.js'
import { placeholdersOf } from './fill-template.js'
import type { RowColumns } from './make-row.js'

/** Options that every dataset takes, for zod objects of their own. */
export const promptOptions = {
  systemPrompt: z.string().optional(),
  promptTemplate: z.string().optional(),
  applyChatTemplate: z.boolean().default(true),
  /** Leaves out this many rows at the beginning. */
  skipRows: z.int().min(0).optional(),
  /** At most this many rows, from there on. */
  nRows: z.int().min(1).optional(),
}

/** Which rows of the whole are wanted. */
export interface RowRange {
  readonly skipRows?: number | undefined
  readonly nRows?: number | undefined
}

/** Rows from the beginning that must be read for a range of them; undefined for all. */
export function rowsToRead({ skipRows = 0, nRows }: RowRange): number | undefined {
  return nRows === undefined ? undefined : skipRows + nRows
}

/** Takes the rows of a range, each with its place in the whole, and reads no further than that. */
export async function* takeRows<T>(rows: AsyncIterable<T>, range: RowRange): AsyncGenerator<[index: number, row: T]> {
  const { skipRows = 0 } = range
  const end = rowsToRead(range) ?? Number.POSITIVE_INFINITY
  let index = 0
  for await (const row of rows) {
    if (index >= skipRows) yield [index, row]
    index += 1
    if (index >= end) return
  }
}

/** Options of datasets whose columns have names of their own. */
export const columnOptions = {
  outputColumn: z.string().min(1).optional(),
  messagesColumn: z.string().min(1).optional(),
}

/** Says which columns of the user's own rows are read: `input`, and `output` where a row has it, unless others are named. */
export function ownColumns({
  inputColumn,
  outputColumn,
  messagesColumn,
}: Pick<RowColumns, 'inputColumn' | 'outputColumn' | 'messagesColumn'>): RowColumns {
  if (messagesColumn !== undefined) return { inputColumn, outputColumn, messagesColumn }
  return { inputColumn: inputColumn ?? 'input', outputColumn, usualOutputColumn: 'output' }
}

/** Refuses options that contradict each other, and a template with a lone brace, before anything is read. */
export function checkPromptOptions(
  options: {
    readonly systemPrompt?: string | undefined
    readonly promptTemplate?: string | undefined
    readonly messagesColumn?: string | undefined
  },
  what: string,
): void {
  if (options.promptTemplate !== undefined) placeholdersOf(options.promptTemplate)
  if (options.messagesColumn === undefined) return
  const spare = (['systemPrompt', 'promptTemplate'] as const).find((option) => options[option] !== undefined)
  if (spare === undefined) return
  const message = `${what} got both messagesColumn "${options.messagesColumn}" and ${spare}; the column's messages are used as they are, so leave ${spare} out`
  throw new GymError('config', 'bad-options', message)
}

/** Returns the rows, or throws a GymError ('data') when there is none. */
export function nonEmptyRows(
  rows: readonly DatasetRow[],
  name: string,
  { skipRows = 0, hint }: RowRange & { readonly hint: string },
): readonly DatasetRow[] {
  if (rows.length > 0) return rows
  const message =
    skipRows === 0
      ? `dataset ${name} has no rows; ${hint}`
      : `dataset ${name} has no rows behind the first ${skipRows} that skipRows leaves out; skip fewer`
  throw new GymError('data', 'empty-dataset', message)
}
