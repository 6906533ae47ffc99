import { GymError, messageOf } from '../errors.js'
import { isRecord } from '../is-record.js'
import { shownValue } from '../options/shown-value.js'
import type { TextLine } from './read-lines.js'

/** One JSON object with the place it was read from, e.g. `topics.jsonl line 3`. */
export interface PlacedRecord {
  readonly columns: Readonly<Record<string, unknown>>
  readonly where: string
}

/**
 * Reads each line as one JSON object; empty lines are skipped. Throws a GymError ('data') that names file, line and what
 * stands there when a line is not JSON or not an object.
 */
export async function* parseJsonl(lines: AsyncIterable<TextLine>, name: string): AsyncGenerator<PlacedRecord> {
  for await (const { number, text } of lines) {
    if (text.trim() === '') continue
    const where = `${name} line ${number}`
    yield { columns: jsonObject(text, where), where }
  }
}

function jsonObject(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = `${where} is not JSON (${messageOf(error)}): ${shownValue(text, 40)}; each line must be one JSON object`
    throw new GymError('data', 'bad-json', message, { cause: error })
  }
  if (isRecord(value)) return value
  throw new GymError('data', 'bad-json', `${where} is ${shownValue(value, 40)}; each line must be one JSON object`)
}
