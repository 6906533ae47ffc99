import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leanPost } from './lean-post.js'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

let server: Server
let origin: string
let handler: Handler
let seen: string[]

beforeEach(async () => {
  seen = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push(`${request.method} ${request.url} ${body}`)
    handler(request, response, body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const post = leanPost()
const request = { headers: { 'Content-Type': 'text/plain' }, body: 'hello', timeoutMs: 20_000 }

describe('leanPost', () => {
  it('gives status, headers and text, which may come in pieces that split a character', async () => {
    const bytes = Buffer.from('\uFEFFold pond, 古池')
    handler = (_, response) => {
      response.writeHead(503, { 'Retry-After': '2', 'X-Two': ['a', 'b'] })
      response.write(bytes.subarray(0, -2))
      setImmediate(() => response.end(bytes.subarray(-2)))
    }
    const answer = await post(`${origin}/v1/x?y=1`, request)
    expect({ ok: answer.ok, status: answer.status, text: await answer.text() }).toEqual({
      ok: false,
      status: 503,
      text: 'old pond, 古池',
    })
    expect(['retry-after', 'Retry-After', 'x-two', 'none'].map((name) => answer.headers.get(name))).toEqual([
      '2',
      '2',
      'a,b',
      null,
    ])
    expect(seen).toEqual(['POST /v1/x?y=1 hello'])
  })

  it('keeps apart the answers of many requests at once', async () => {
    handler = (_, response, body) => setTimeout(() => response.end(body.toUpperCase()), Number(body) % 7)
    const bodies = Array.from({ length: 100 }, (_, index) => String(index))
    const answers = bodies.map(async (body) => (await post(`${origin}/v1`, { ...request, body })).text())
    expect(await Promise.all(answers)).toEqual(bodies)
  })

  it('follows a redirect with its body, and knows the next time that there is one', async () => {
    handler = ({ url }, response) =>
      url === '/old' ? response.writeHead(307, { Location: '/new' }).end() : response.end('new')
    const follow = leanPost()
    expect(await (await follow(`${origin}/old`, request)).text()).toBe('new')
    expect(seen).toEqual(['POST /old hello', 'POST /old hello', 'POST /new hello'])
    seen = []
    expect(await (await follow(`${origin}/old`, request)).text()).toBe('new')
    expect(seen).toEqual(['POST /old hello', 'POST /new hello'])
  })

  it.each([
    ['before the headers', () => undefined],
    ['in the middle of the answer', (response: ServerResponse) => response.write('old')],
  ])('closes the connection when the time is up %s', async (_, begin) => {
    const closed = new Promise<void>((resolve) => {
      handler = (_, response) => {
        response.once('close', resolve)
        begin(response)
      }
    })
    // Long enough for the request to arrive on a busy machine: else there is nothing to close.
    await expect(post(origin, { ...request, timeoutMs: 1_000 })).rejects.toMatchObject({ name: 'TimeoutError' })
    await closed
  })

  it('ends all requests of a signal with its reason, those without a connection too, and no others', async () => {
    const controller = new AbortController()
    const held: ServerResponse[] = []
    const two = new Promise<void>((resolve) => {
      handler = (_, response) => {
        if (held.push(response) === 2) resolve()
      }
    })
    const fresh = leanPost()
    const ended = fresh(origin, { ...request, signal: controller.signal })
    const other = fresh(origin, request)
    await two
    const early = fresh(origin, { ...request, body: 'early', signal: controller.signal })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(ended).rejects.toBe(reason)
    await expect(early).rejects.toBe(reason)
    await expect(fresh(origin, { ...request, signal: controller.signal })).rejects.toBe(reason)
    for (const response of held) response.end('here')
    expect(await (await other).text()).toBe('here')
    handler = (_, response) => response.end('later')
    expect(await (await fresh(origin, request)).text()).toBe('later')
    expect(seen).toEqual(['POST / hello', 'POST / hello', 'POST / hello'])
  })

  it('says why there is no connection', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    await expect(post(`http://127.0.0.1:${port}/v1`, request)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
