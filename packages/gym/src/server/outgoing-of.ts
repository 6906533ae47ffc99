import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** Finds the connection that a request came over; there is none when the app is called without a port. */
export function outgoingOf(context: Context): HttpBindings['outgoing'] | undefined {
  const bindings: Partial<HttpBindings> | undefined = context.env
  return bindings?.outgoing
}
