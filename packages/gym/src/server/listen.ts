import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { GymError, messageOf } from '../errors.js'

/** The only address the server listens on. */
const LOOPBACK = '127.0.0.1'

/** How long an answer that is already written may take to arrive, milliseconds. */
const LINGER_MS = 1000

/** An open port. */
export interface Listener {
  /** E.g. `http://127.0.0.1:8000`. */
  readonly origin: string
  /** Takes no more connections, lets the answers on their way arrive, for at most a second, and closes the rest. */
  close(): Promise<void>
}

/**
 * Opens a port on this machine's loopback address; 0 takes any free one.
 *
 * @throws GymError `port-in-use` or `port-not-opened` with boundary 'config'.
 */
export async function listen(
  port: number,
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<Listener> {
  const server = createAdaptorServer({ fetch, hostname: LOOPBACK }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenFailure(port, cause)))
    server.listen(port, LOOPBACK, resolve)
  })
  const answering = new Set<ServerResponse>()
  server.on('request', (_, response) => {
    answering.add(response)
    response.once('close', () => {
      answering.delete(response)
      if (!server.listening && answering.size === 0) server.closeAllConnections()
    })
  })
  const address = server.address() as AddressInfo
  return {
    origin: `http://${LOOPBACK}:${address.port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if (answering.size === 0) server.closeAllConnections()
      const timer = setTimeout(() => server.closeAllConnections(), LINGER_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

function listenFailure(port: number, cause: NodeJS.ErrnoException): GymError {
  if (cause.code === 'EADDRINUSE') {
    const message = `port ${port} is already in use on this machine; stop the program that has it, or give another port (0 takes any free one)`
    return new GymError('config', 'port-in-use', message, { cause })
  }
  const message = `port ${port} cannot be opened: ${messageOf(cause)}; give another port (0 takes any free one)`
  return new GymError('config', 'port-not-opened', message, { cause })
}
