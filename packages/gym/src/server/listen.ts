import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, type HttpBindings, RequestError } from '@hono/node-server'
import { DEFAULT_HOST } from '../deployments/server-access.js'
import { GymError, messageOf } from '../errors.js'
import { refusal } from './openai-error.js'

/** How long an answer that is already written may take to arrive, milliseconds. */
const LINGER_MS = 1000

/** An open port. */
export interface Listener {
  /** E.g. `http://127.0.0.1:8000`. */
  readonly origin: string
  /** Takes no more connections, lets the answers on their way arrive, for at most a second, and closes the rest. */
  close(): Promise<void>
}

/** All header lines of a request together, bytes. */
const MAX_HEADER_BYTES = 16 * 1024
/** How long a request may take to arrive, its headers and all of it, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 60_000
/** How long a connection may wait for its next request, milliseconds: Node's 5 s close it under a pooling client's hands. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000

/**
 * Opens a port of an address, by default this machine's own 127.0.0.1; port 0 takes any free one.
 *
 * @throws GymError `port-in-use` or `port-not-opened` with boundary 'config'.
 */
export async function listen(
  port: number,
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>,
  host = DEFAULT_HOST,
): Promise<Listener> {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    // Node would answer a request without a Host header itself, without a body; it is taken as one for this address.
    requireHostHeader: false,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  }
  const answer = getRequestListener((request, env) => fetch(request, env as HttpBindings), {
    hostname: urlHostOf(host),
    errorHandler: answerFailure,
  })
  const server = createServer(options, answer)
  server.on('clientError', answerBrokenRequest)
  server.on('checkExpectation', answerExpectation)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenFailure(host, port, cause)))
    server.listen(port, host, resolve)
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
    origin: `http://${urlHostOf(host)}:${address.port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if (answering.size === 0) server.closeAllConnections()
      const timer = setTimeout(() => server.closeAllConnections(), LINGER_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

/** The host to write in a URL: that of an address that means "all of them" is this machine's own. */
function urlHostOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/** Answers what Node could not read as HTTP, with a body like every other refusal. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message] = brokenRequest(error.code)
  const text = JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: 'malformed_request' },
  })
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}`
  socket.end(`${head}\r\nConnection: close\r\n\r\n${text}`)
}

/** Answers a request that cannot be turned into one of `fetch`: its Host header or its target gives no URL. */
function answerFailure(error: unknown): Response {
  if (error instanceof RequestError) {
    const message = `the Host header and the target of this request give no URL (${error.message}); send a path that starts with "/", see GET /openapi.json`
    return refusal(400, { message, code: 'malformed_request' }).getResponse()
  }
  const message = 'the server failed on this request; send it again'
  return refusal(500, { message, code: 'server_failed' }).getResponse()
}

function answerExpectation({ headers }: IncomingMessage, response: ServerResponse): void {
  const message = `the header "Expect: ${headers.expect?.slice(0, 64)}" cannot be met; leave it out`
  const error = { message, type: 'invalid_request_error', param: null, code: 'expectation_failed' }
  // What follows on this connection may be a body that the client sends all the same.
  response.writeHead(417, { 'Content-Type': 'application/json', Connection: 'close' })
  response.end(JSON.stringify({ error }))
}

function brokenRequest(code: string | undefined): readonly [status: string, message: string] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `the headers are larger than ${MAX_HEADER_BYTES} bytes; send fewer`
    return ['431 Request Header Fields Too Large', message]
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['408 Request Timeout', 'the request did not arrive in time; send it again']
  return ['400 Bad Request', 'this is not a request of HTTP/1.1; see GET /openapi.json']
}

function listenFailure(host: string, port: number, cause: NodeJS.ErrnoException): GymError {
  if (cause.code === 'EADDRINUSE') {
    const message = `port ${port} is already in use on this machine; stop the program that has it, or give another port (0 takes any free one)`
    return new GymError('config', 'port-in-use', message, { cause })
  }
  if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND') {
    const message = `host "${host}" is not an address of this machine; leave it out, or give 0.0.0.0 for all of them`
    return new GymError('config', 'host-not-found', message, { cause })
  }
  const message = `port ${port} cannot be opened: ${messageOf(cause)}; give another port (0 takes any free one)`
  return new GymError('config', 'port-not-opened', message, { cause })
}
