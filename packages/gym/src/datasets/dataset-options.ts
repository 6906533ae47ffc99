import { z } from 'zod'
import { GymError } from '../errors.js'
import type { DatasetRow } from '../trip.js'
import { placeholdersOf } from './fill-template.js'

/** Options that every dataset takes, for zod objects of their own. */
export const promptOptions = {
  systemPrompt: z.string().optional(),
  promptTemplate: z.string().optional(),
  applyChatTemplate: z.boolean().default(true),
  /** At most this many rows, from the beginning. */
  nRows: z.int().min(1).optional(),
}

/** Options of datasets whose columns have names of their own. */
export const columnOptions = {
  outputColumn: z.string().min(1).optional(),
  messagesColumn: z.string().min(1).optional(),
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
export function nonEmptyRows(rows: readonly DatasetRow[], name: string, hint: string): readonly DatasetRow[] {
  if (rows.length > 0) return rows
  throw new GymError('data', 'empty-dataset', `dataset ${name} has no rows; ${hint}`)
}
