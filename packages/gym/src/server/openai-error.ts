import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** What OpenAI clients find under `error` in the body of a failed request. */
export interface OpenAiError {
  /** One sentence: what happened, the offending value, the next step. Never a path of the file system. */
  readonly message: string
  readonly type: 'invalid_request_error' | 'rate_limit_error' | 'server_error'
  /** The request field at fault, e.g. `messages[0].content`. */
  readonly param: string | null
  readonly code: string
}

/** Makes an error that the app answers with this status and body; throw it anywhere in a handler. */
export function refusal(
  status: ContentfulStatusCode,
  error: Pick<OpenAiError, 'message' | 'code'> & Partial<OpenAiError>,
  headers: Readonly<Record<string, string>> = {},
): HTTPException {
  const body: { error: OpenAiError } = {
    error: { type: typeOf(status), param: null, ...error },
  }
  return new HTTPException(status, {
    message: error.message,
    res: Response.json(body, { status, headers }),
  })
}

function typeOf(status: number): OpenAiError['type'] {
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

/** Takes paths of the file system out of a sentence. */
export function withoutPaths(message: string): string {
  return message.replaceAll(/(?<=^|[\s"'(])(?:\/|[A-Za-z]:\\)[^\s"')]+/g, '<path>')
}
