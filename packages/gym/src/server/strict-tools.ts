import { messageOf } from '../errors.js'
import { compileJsonSchema, type JsonCheck } from '../scorers/compile-json-schema.js'
import { refusal } from './openai-error.js'
import type { ChatRequest } from './request-schemas.js'
import type { CallCheck } from './tool-call-cutter.js'

type Tool = NonNullable<ChatRequest['tools']>[number]['function']

/**
 * Makes the check of the calls of strict tools: arguments follow `parameters`. Calls of other tools pass. The schemas are
 * such as constrained decoding takes, whose keywords cost no more than the text is long.
 *
 * @throws a 400 refusal for a schema that is none.
 */
export function strictCallCheck(tools: readonly Tool[]): CallCheck {
  const checks = new Map(tools.map((tool) => [tool.name, compiled(tool)]))
  return ({ name, arguments: given }) => (checks.get(name)?.(JSON.parse(given)) ?? null) === null
}

function compiled({ name, parameters = { additionalProperties: false } }: Tool): JsonCheck {
  try {
    return compileJsonSchema(parameters)
  } catch (error) {
    const message = `the parameters of "${name}" cannot be used: ${messageOf(error instanceof Error ? error.cause : error)}; correct the schema`
    throw refusal(400, { message, param: 'tools', code: 'invalid_value' })
  }
}
