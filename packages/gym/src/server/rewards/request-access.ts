import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Why a request may not come in. */
export interface RequestRefusal {
  readonly status: 401 | 403
  readonly error: string
}

/**
 * Finds out whether a request may come in: with the token where there is one, in its header or as `?token=`, and never from
 * a web page, which always says its origin when it posts. Null where it may.
 */
export function refusalOf(
  request: Pick<IncomingMessage, 'headers' | 'url'>,
  token: string | undefined,
): RequestRefusal | null {
  if (request.headers.origin !== undefined) {
    const error = 'this server answers programs, not web pages; send the request without an Origin header'
    return { status: 403, error }
  }
  if (token === undefined || hasToken(request, token)) return null
  const error = 'send the token of this server, as Authorization: Bearer <token> or as ?token=<token>'
  return { status: 401, error }
}

function hasToken(request: Pick<IncomingMessage, 'headers' | 'url'>, token: string): boolean {
  const header = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const given = header ?? new URLSearchParams(request.url?.split('?')[1]).get('token')
  // Digests have one length, so the comparison takes the same time whatever was given.
  return given !== null && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
