import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineRecipe } from '../deployments/engine-recipe.js'
import { type ScriptedServer, serveScripted } from './scripted-engine.test.support.js'
import { sendRaw } from './send-raw.test.support.js'

let server: ScriptedServer | undefined
afterEach(async () => {
  await server?.stop(AbortSignal.abort())
  server = undefined
})

describe('who may ask', () => {
  it.each(['0.0.0.0', '192.0.2.7', '::', 'gym.example'])(
    'refuses to listen on %s without a key, at once',
    async (host) => {
      const sentence = `host "${host}" can be reached from other machines, so it needs an API key; give apiKey (on the command line: --api-key), or leave host out`
      expect(() => new EngineRecipe({ host })).toThrow(sentence)
      await expect(serveScripted({ host })).rejects.toMatchObject({ boundary: 'config', code: 'api-key-missing' })
    },
  )

  it('asks for the key on every route but /health, and takes any Host header beyond this machine', async () => {
    server = await serveScripted({ host: '0.0.0.0', apiKey: 'secret' })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    const statusOf = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${server?.origin}${path}`, { headers })).status
    for (const path of ['/v1/models', '/metrics', '/openapi.json', '/nothing']) {
      expect([path, await statusOf(path, {})]).toEqual([path, 401])
      expect([path, await statusOf(path, { Authorization: 'Bearer secrets' })]).toEqual([path, 401])
      expect([path, await statusOf(path, { Authorization: 'secret' })]).toEqual([path, 401])
    }
    expect(await statusOf('/health', {})).toBe(200)
    expect(await statusOf('/v1/models', { Authorization: 'bearer secret' })).toBe(200)
    const raw = await sendRaw(
      Number(new URL(server.url).port),
      'GET /v1/models HTTP/1.1\r\nHost: gym.example\r\nAuthorization: Bearer secret\r\nConnection: close\r\n\r\n',
    )
    expect(raw).toContain('200 OK')
  })

  it('answers real clients by their key', async () => {
    server = await serveScripted({ apiKey: 'secret' })
    const ask = (apiKey: string) => new OpenAI({ baseURL: server?.url, apiKey, maxRetries: 0 }).models.list()
    await expect(ask('wrong')).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    expect((await ask('secret')).data).toHaveLength(1)
  })

  it('takes a request without a Host header, which no browser sends', async () => {
    server = await serveScripted()
    const answer = await sendRaw(Number(new URL(server.url).port), 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n')
    expect(answer).toContain('"status":"ready"')
  })

  it.each([
    [
      'headers beyond 16 KiB',
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431',
      'larger than 16384 bytes',
    ],
    ['what is not HTTP', 'hello\r\n\r\n', '400', 'not a request of HTTP/1.1'],
    ['a broken header', 'GET /health HTTP/1.1\r\nHost localhost\r\n\r\n', '400', 'not a request of HTTP/1.1'],
  ])('answers %s with an OpenAI error body', async (_, text, status, message) => {
    server = await serveScripted()
    const answer = await sendRaw(Number(new URL(server.url).port), text)
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true)
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
    expect(body.error).toMatchObject({ type: 'invalid_request_error', message: expect.stringContaining(message) })
  })
})
