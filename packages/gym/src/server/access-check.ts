import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { DEFAULT_HOST, isLoopbackAddress, type ServerAccess } from '../deployments/server-access.js'
import { hostCheck } from './host-check.js'
import { refusal } from './openai-error.js'

/**
 * Refuses requests that may not come in. On this machine's own addresses the Host header must be a name of this machine;
 * elsewhere the key stands in for that check, since a web page that points its domain here does not have it.
 */
export function accessCheck({ host = DEFAULT_HOST, apiKey }: ServerAccess): MiddlewareHandler {
  const isLoopback = isLoopbackAddress(host)
  const expected = apiKey === undefined ? null : digest(apiKey)
  return async (context, next) => {
    if (isLoopback) await hostCheck(context, async () => undefined)
    if (expected !== null && context.req.path !== '/health') {
      const given = /^Bearer +(.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
      // Digests have one length, so the comparison takes the same time whatever was given.
      if (given === undefined || !timingSafeEqual(digest(given), expected)) {
        const message = `${given === undefined ? 'no API key was given' : 'the API key is not right'}; send the header Authorization: Bearer <key>`
        throw refusal(401, { message, code: 'invalid_api_key' }, { 'WWW-Authenticate': 'Bearer' })
      }
    }
    await next()
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
