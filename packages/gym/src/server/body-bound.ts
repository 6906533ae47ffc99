import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { refusal } from './openai-error.js'

/**
 * Refuses bodies above a size with 413. A length that the request names is held to by Node's own parser, so only bodies
 * without one are counted: looking at a body makes a web stream of it, which costs more than reading it.
 */
export function bodyBound(maxBytes: number): MiddlewareHandler {
  const refuse = (): never => {
    const message = `the request body is larger than ${maxBytes} bytes; send a shorter prompt`
    throw refusal(413, { message, code: 'body_too_large' })
  }
  const counted = bodyLimit({ maxSize: maxBytes, onError: refuse })
  return async (context, next) => {
    const length = context.req.header('content-length')
    if (length === undefined || context.req.header('transfer-encoding') !== undefined) return counted(context, next)
    if (Number(length) > maxBytes) refuse()
    return next()
  }
}
