import { z } from 'zod'
import { GymError } from '../errors.js'
import { shownValue } from '../options/shown-value.js'
import type { DatasetRow, Message } from '../trip.js'
import type { PromptFormat } from './dataset.js'
import { fillTemplate } from './fill-template.js'

const messagesSchema = z
  .array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() }))
  .min(1)

/**
 * Makes the messages of a row: the only place where that happens, for eval, training and serving alike.
 *
 * The template fills `{input}` and `{any column}`. The system prompt is taken word for word. With a `messagesColumn` its
 * messages are used as they are, after a check. Throws GymError: 'config' for a bad template, 'data' for bad messages.
 */
export function rowMessages(row: DatasetRow, format: PromptFormat): readonly Message[] {
  if (format.messagesColumn !== undefined) return givenMessages(row, format.messagesColumn)
  const content = fillTemplate(format.promptTemplate ?? '{input}', { ...row.columns, input: row.input })
  const user: Message = { role: 'user', content }
  return format.systemPrompt ? [{ role: 'system', content: format.systemPrompt }, user] : [user]
}

function givenMessages(row: DatasetRow, column: string): readonly Message[] {
  const parsed = messagesSchema.safeParse(parsedJson(row.columns[column]))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`
  const message = `row ${row.index} has no usable messages in column "${column}"${place}: ${shownValue(row.columns[column])}; give a list of { role: "system" | "user" | "assistant" | "tool", content: text }`
  throw new GymError('data', 'bad-messages', message, { cause: parsed.error })
}

/** CSV files, and some parquet ones, hold the list as JSON text. */
function parsedJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}
