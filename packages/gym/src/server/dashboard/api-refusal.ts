import { z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** What a refused or failed request answers. */
export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error', { description: 'One sentence: what happened, the offending value, the next step.' })

/** Makes an error that the app answers as it is; throw it anywhere in a handler. */
export function apiRefusal(status: ContentfulStatusCode, code: string, message: string): HTTPException {
  return new HTTPException(status, { message, res: Response.json({ error: { code, message } }, { status }) })
}

/** Describes a JSON answer for the OpenAPI document. */
export function jsonAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { content: { 'application/json': { schema } }, description }
}

/** The answer of a route whose record may not be there. */
export const notFoundAnswer = jsonAnswer(errorSchema, 'No such record')
