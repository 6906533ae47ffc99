import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Tells whether a request may come in: with the token where there is one, in its header or as `?token=`, and never from
 * a web page, which always says its origin when it posts.
 */
export function isRequestAllowed(
  request: Pick<IncomingMessage, 'headers' | 'url'>,
  token: string | undefined,
): boolean {
  if (request.headers.origin !== undefined) return false
  if (token === undefined) return true
  const header = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const given = header ?? new URLSearchParams(request.url?.split('?')[1]).get('token')
  // Digests have one length, so the comparison takes the same time whatever was given.
  return given !== null && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
