import type { MiddlewareHandler } from 'hono'
import { refusal } from './openai-error.js'

/**
 * Refuses requests whose Host header is not a name of this machine, so that a web page cannot reach the server by
 * pointing its own domain at 127.0.0.1 (DNS rebinding). Any port is fine.
 */
export const hostCheck: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? new URL(context.req.url).host
  if (!isLoopbackHost(host)) {
    const message = 'the Host header names another machine; use http://127.0.0.1 or http://localhost'
    throw refusal(403, { message, code: 'host_not_allowed' })
  }
  await next()
}

/** Tells whether a Host header names this machine: localhost and names under it, 127.0.0.0/8 and [::1]. */
export function isLoopbackHost(host: string): boolean {
  let hostname: string
  try {
    hostname = new URL(`http://${host}`).hostname.toLowerCase()
  } catch {
    return false
  }
  // The URL parser has normalised every spelling of an IPv4 address to four decimal numbers.
  if (/^127\.\d+\.\d+\.\d+$/.test(hostname)) return true
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]'
}
