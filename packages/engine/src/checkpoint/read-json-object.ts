import { EngineError } from '../errors.js'
import { readTextFile } from './read-text-file.js'

/** What `JSON.parse` can return for an object; its values are still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Upper bound of a checkpoint's JSON files, bytes: the largest known tokenizer.json is about 35 MB. */
const maxJsonBytes = 256 * 2 ** 20

/** Says whether a value is a JSON object, neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads a file that holds one JSON object; null when there is no such file.
 * Throws `bad-checkpoint` when it is something else, `disk` when it cannot be read.
 */
export async function readJsonObject(file: string): Promise<JsonObject | null> {
  const text = await readTextFile(file, maxJsonBytes, 'a JSON file')
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EngineError('bad-checkpoint', `"${file}" is not JSON (${reason}); download the checkpoint again`, {
      cause: error,
    })
  }
  if (isJsonObject(value)) return value
  const found = Array.isArray(value) ? 'an array' : JSON.stringify(value).slice(0, 40)
  throw new EngineError(
    'bad-checkpoint',
    `"${file}" holds ${found} where a JSON object was expected; download the checkpoint again`,
  )
}

/** Reads a JSON file that a checkpoint must have; its absence is a `bad-checkpoint` too. */
export async function readRequiredJsonObject(file: string): Promise<JsonObject> {
  const value = await readJsonObject(file)
  if (value !== null) return value
  throw new EngineError(
    'bad-checkpoint',
    `"${file}" does not exist; give a complete Hugging Face folder or download the checkpoint again`,
  )
}
