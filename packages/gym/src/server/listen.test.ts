import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Listener, listen } from './listen.js'
import { sendRaw } from './send-raw.test.support.js'

let listener: Listener

beforeEach(async () => {
  listener = await listen(0, ({ url }) => {
    if (url.endsWith('/broken')) throw new Error('a secret of the server')
    return new Response('fine')
  })
})
afterEach(() => listener.close())

const send = (text: string) => sendRaw(Number(new URL(listener.origin).port), `${text}\r\nConnection: close\r\n\r\n`)

describe('listen', () => {
  it.each([
    ['a Host header with a user', 'GET /x HTTP/1.1\r\nHost: evil.com@127.0.0.1', '400', 'give no URL'],
    ['a Host header with a fragment', 'GET /x HTTP/1.1\r\nHost: 127.0.0.1#.evil.com', '400', 'give no URL'],
    ['a target that is no URL', 'GET http://[::: HTTP/1.1\r\nHost: 127.0.0.1', '400', 'give no URL'],
    ['a target of another scheme', 'GET ftp://x/y HTTP/1.1\r\nHost: 127.0.0.1', '400', 'give no URL'],
    ['the target *', 'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1', '400', 'give no URL'],
    ['an Expect header', 'GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: banana', '417', '"Expect: banana"'],
  ])('refuses %s with an OpenAI error body', async (_, head, status, message) => {
    const answer = await send(head)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const { error } = JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '{}')
    expect(error).toMatchObject({ type: 'invalid_request_error', param: null, code: expect.any(String) })
    expect(error.message).toContain(message)
  })

  it('answers a handler that fails with a body that tells no secret', async () => {
    const answer = await send('GET /broken HTTP/1.1\r\nHost: 127.0.0.1')
    expect(answer).toMatch(/^HTTP\/1.1 500 /)
    expect(answer).toContain('"type":"server_error"')
    expect(answer).not.toContain('secret')
  })

  it('lets others pass, with "Expect: 100-continue" too', async () => {
    expect(await send('GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue')).toMatch(/200 OK.*fine/s)
  })
})
