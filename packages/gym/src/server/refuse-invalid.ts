import type { z } from '@hono/zod-openapi'
import type { HonoRequest } from 'hono'
import { GymError } from '../errors.js'
import { didYouMean } from '../options/did-you-mean.js'
import { knownKeys } from '../options/known-keys.js'
import { parseOptions } from '../options/parse-options.js'
import { refusal } from './openai-error.js'

/** Throws the 400 refusal of a body that its schema did not accept: the field by name, what was wrong with it, the next step. */
export async function refuseInvalid(schema: z.ZodType, request: HonoRequest, error: z.core.$ZodError): Promise<never> {
  const unknown = error.issues.find((issue) => issue.code === 'unrecognized_keys')
  if (unknown) {
    const field = String(unknown.keys[0])
    const near = didYouMean(field, knownKeys(schema, unknown.path))
    const nextStep = near === undefined ? 'leave it out' : `did you mean "${near}"?`
    const param = paramOf([...unknown.path, field])
    throw refusal(400, {
      message: `the field "${param}" is not supported by this server; ${nextStep}`,
      param,
      code: 'unsupported_field',
    })
  }
  throw refusal(400, {
    message: sentenceOf(schema, await bodyOf(request)),
    param: paramOf(error.issues[0]?.path ?? []) || null,
    code: 'invalid_value',
  })
}

/** Without a Content-Type nothing has read the body yet, and what it is remains to be seen. */
async function bodyOf(request: HonoRequest): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    const message =
      'the request body is not valid JSON; send a JSON object with the header Content-Type: application/json'
    throw refusal(400, { message, code: 'malformed_json' })
  }
}

function sentenceOf(schema: z.ZodType, body: unknown): string {
  try {
    parseOptions(schema, body, 'the request')
  } catch (error) {
    if (GymError.is(error)) return error.message.replaceAll(/\boption "/g, 'field "')
    throw error
  }
  return 'the request is not valid'
}

function paramOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[')
}
