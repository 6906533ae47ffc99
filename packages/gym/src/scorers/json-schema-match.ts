import { z } from 'zod'
import { messageOf } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'
import { compileJsonSchema } from './compile-json-schema.js'
import { fencedBlocks } from './fenced-blocks.js'
import { nameScorer } from './name-scorer.js'

export interface JsonSchemaMatchOptions {
  /** A JSON Schema, or a zod schema. */
  readonly schema: object
  /**
   * Where the JSON is: `response` (default), all of it; `fence`, the last fenced block of the response, those marked
   * `json` first, and the whole response when it has none.
   */
  readonly from?: 'response' | 'fence' | undefined
  /** Score of valid JSON that does not match the schema, 0 to 1. Default 0. */
  readonly validJsonScore?: number | undefined
}

const optionsSchema = z.strictObject({
  schema: z.custom<object>(
    (value) => typeof value === 'object' && value !== null,
    'must be a JSON Schema or zod schema',
  ),
  from: z.enum(['response', 'fence']).default('response'),
  validJsonScore: z.number().min(0).max(1).default(0),
})

/**
 * Makes a scorer that gives 1 when the response is JSON that matches a schema, `validJsonScore` when it is JSON that does
 * not, else 0. Details: `validJson`, `matchesSchema`, and `problem` in words.
 *
 * @example
 * jsonSchemaMatch({ schema: z.object({ city: z.string(), population: z.int() }), from: 'fence', validJsonScore: 0.2 })
 */
export function jsonSchemaMatch(options: JsonSchemaMatchOptions): Reward {
  const { schema, from, validJsonScore } = parseOptions(optionsSchema, options, 'jsonSchemaMatch()')
  const check = compileJsonSchema(schema)
  return nameScorer('jsonSchemaMatch', ({ response }) => {
    const parsed = parseJson(from === 'fence' ? fencedJson(response) : response)
    if ('problem' in parsed) return { score: 0, validJson: false, matchesSchema: false, problem: parsed.problem }
    const problem = problemOf(check, parsed.value)
    if (problem === null) return { score: 1, validJson: true, matchesSchema: true }
    return { score: validJsonScore, validJson: true, matchesSchema: false, problem: problem.slice(0, 500) }
  })
}

function parseJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text.trim()) as unknown }
  } catch (error) {
    return { problem: messageOf(error).slice(0, 500) }
  }
}

/** JSON nested so deep that the check runs out of stack is the response's fault, not the scorer's. */
function problemOf(check: (value: unknown) => string | null, value: unknown): string | null {
  try {
    return check(value)
  } catch (error) {
    if (error instanceof RangeError) return 'the value is nested too deep to be checked'
    throw error
  }
}

function fencedJson(response: string): string {
  const blocks = fencedBlocks(response)
  const marked = blocks.filter(({ language }) => language === 'json')
  return (marked.at(-1) ?? blocks.at(-1))?.text ?? response
}
