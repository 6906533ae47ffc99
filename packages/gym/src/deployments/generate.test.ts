import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { listen } from '../server/listen.js'
import { connect } from './connect.js'
import type { Endpoint } from './endpoint.js'
import { generate } from './generate.js'
import { leanPost } from './lean-post.js'
import { waitUntilReady } from './wait-until-ready.js'

type Answer = (response: ServerResponse, body: Record<string, unknown>, request: IncomingMessage) => void

let server: Server
let endpoint: Endpoint
/** One for each request, in order; the last one stays. */
let answers: Answer[]
let bodies: Record<string, unknown>[]
let paths: (string | undefined)[]

beforeEach(async () => {
  bodies = []
  paths = []
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = text === '' ? {} : JSON.parse(text)
    bodies.push(body)
    paths.push(request.url)
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(response, body, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  endpoint = { url: `http://127.0.0.1:${port}/v1`, servedModelName: 'tiny', fetch, clock: () => 0, backoffMs: 1 }
})
afterEach(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})

const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value))
  }
const choice = (index: number, content: string | null, finish_reason = 'stop') => ({
  index,
  message: { role: 'assistant', content },
  finish_reason,
})
const poem = json(200, { choices: [choice(0, 'old pond')], usage: { prompt_tokens: 3, completion_tokens: 4 } })
const reset: Answer = (response) => response.destroy()
const failed = (status: number, headers = {}) => json(status, { error: { message: `told ${status}` } }, headers)

const ways: [string, () => Pick<Endpoint, 'post'>][] = [
  ['fetch', () => ({})],
  ['connections of its own', () => ({ post: leanPost() })],
]

describe.each(ways)('generate by %s', (_, way) => {
  beforeEach(() => {
    endpoint = { ...endpoint, ...way() }
  })

  it('sends the fields of OpenAI as they are and reads the choices in order', async () => {
    answers = [
      json(200, {
        choices: [choice(1, 'b', 'length'), choice(0, 'a')],
        usage: { prompt_tokens: 3, completion_tokens: 4 },
      }),
    ]
    const kwargs = { temperature: 0.5, n: 2, chat_template_kwargs: { enable_thinking: false } }
    expect(await generate(endpoint, 'hi', { ...kwargs, retries: 0 })).toEqual({
      text: 'a',
      finishReason: 'stop',
      choices: [
        { text: 'a', finishReason: 'stop' },
        { text: 'b', finishReason: 'length' },
      ],
      usage: { promptTokens: 3, completionTokens: 4 },
    })
    expect(bodies).toEqual([{ ...kwargs, model: 'tiny', messages: [{ role: 'user', content: 'hi' }] }])
  })

  it('sends the text as it is, or the joined contents, without the chat template', async () => {
    const usage = { prompt_tokens: 2, completion_tokens: 1 }
    answers = [json(200, { choices: [{ index: 0, text: ' pond', logprobs: null, finish_reason: 'length' }], usage })]
    const plain = { applyChatTemplate: false, max_tokens: 1 }
    expect(await generate(endpoint, 'old', plain)).toEqual({
      text: ' pond',
      finishReason: 'length',
      choices: [{ text: ' pond', finishReason: 'length' }],
      usage: { promptTokens: 2, completionTokens: 1 },
    })
    const messages = [
      { role: 'system', content: 'Haiku:\n' },
      { role: 'user', content: 'old' },
    ] as const
    await generate(endpoint, messages, plain)
    expect(bodies).toEqual([
      { max_tokens: 1, model: 'tiny', prompt: 'old' },
      { max_tokens: 1, model: 'tiny', prompt: 'Haiku:\nold' },
    ])
    expect(paths).toEqual(['/v1/completions', '/v1/completions'])

    answers = [poem]
    await expect(generate(endpoint, 'old', plain)).rejects.toThrow('with something else than a completion;')
    const kwargs = { applyChatTemplate: false, chat_template_kwargs: { enable_thinking: false } }
    await expect(generate(endpoint, 'old', kwargs)).rejects.toThrow(
      '"chat_template_kwargs" of generate() needs the chat',
    )
  })

  it.each([
    ['a reset connection', reset],
    ['429', failed(429)],
    ['500', failed(500)],
    ['503', failed(503)],
  ])('tries again after %s', async (_, first) => {
    answers = [first, first, poem]
    expect((await generate(endpoint, 'hi')).text).toBe('old pond')
    expect(bodies).toHaveLength(3)
  })

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    for (const header of ['0.3', new Date(1000).toUTCString()]) {
      const at: number[] = []
      const noting =
        (answer: Answer): Answer =>
        (...args) => {
          at.push(performance.now())
          answer(...args)
        }
      answers = [noting(failed(429, { 'Retry-After': header })), noting(poem)]
      await generate({ ...endpoint, clock: () => 700 }, 'hi')
      // Timers may fire a millisecond early.
      expect(at[1]! - at[0]!).toBeGreaterThan(298)
    }
  })

  it('gives up after its retries with the last failure', async () => {
    answers = [failed(503)]
    await expect(generate(endpoint, 'hi', { retries: 2 })).rejects.toMatchObject({
      boundary: 'provider',
      code: 'server-error',
      message: `"tiny" at ${endpoint.url} answered 503: told 503`,
    })
    expect(bodies).toHaveLength(3)
  })

  it.each([
    ['a refused request', failed(400), 'request-refused', '"tiny" at URL refused the request (400): told 400'],
    ['a refused key', failed(401), 'not-allowed', '(401): told 401'],
    ['HTML', ((r) => r.writeHead(404).end('<h1>no</h1>\n')) as Answer, 'request-refused', '(404): <h1>no</h1>'],
    ['something else than a completion', json(200, { choices: [] }), 'bad-answer', 'something else than a chat'],
    ['no JSON', ((r) => r.end('hello')) as Answer, 'bad-answer', 'see that this is an OpenAI-compatible URL'],
  ])('does not try again after %s', async (_, answer, code, message) => {
    answers = [answer]
    const error = await generate(endpoint, 'hi').catch((failure: GymError) => failure)
    expect(error).toMatchObject({ boundary: 'provider', code })
    expect((error as GymError).message.replace(endpoint.url, 'URL')).toContain(message)
    expect(bodies).toHaveLength(1)
  })

  it('gives up on an attempt after timeoutMs and says so', async () => {
    answers = [() => undefined]
    await expect(generate(endpoint, 'hi', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('did not answer within 0.05 s; ask for fewer tokens or raise timeoutMs'),
    })
    // None where the time was up before the request had left.
    expect(bodies.length).toBeLessThan(2)
  })

  it.each([
    ['in a request', (() => undefined) as Answer],
    ['between two', failed(429, { 'Retry-After': '60' })],
  ])('ends when the signal aborts %s', async (_, answer) => {
    const controller = new AbortController()
    answers = [
      (...args) => {
        answer(...args)
        setTimeout(() => controller.abort(), 20)
      },
    ]
    await expect(generate(endpoint, 'hi', { signal: controller.signal })).rejects.toMatchObject({
      boundary: 'interrupted',
    })
    expect(bodies).toHaveLength(1)
  })

  it('says that nobody listens', async () => {
    const probe = await listen(0, () => new Response())
    await probe.close()
    const url = `${probe.origin}/v1`
    await expect(generate({ ...endpoint, url }, 'hi', { retries: 1 })).rejects.toMatchObject({
      code: 'endpoint-unreachable',
      message: `"tiny" at ${url} cannot be reached (ECONNREFUSED); see that it still runs and that the address is right`,
    })
  })

  it('refuses a time limit and retries that make no sense', async () => {
    await expect(generate(endpoint, 'hi', { timeoutMs: 0 })).rejects.toThrow(
      '"timeoutMs" of generate() must be more than 0',
    )
    await expect(generate(endpoint, 'hi', { retries: -1 })).rejects.toThrow(
      '"retries" of generate() must be at least 0',
    )
    expect(bodies).toEqual([])
  })

  it('stops trying when it is told why the server is gone', async () => {
    answers = [reset]
    const gone = new GymError('engine', 'deployment-died', 'it died')
    await expect(generate({ ...endpoint, whyGone: async () => gone }, 'hi')).rejects.toBe(gone)
    expect(bodies).toHaveLength(1)
  })
})

describe('waitUntilReady', () => {
  it('waits through refusals until the models are listed', async () => {
    answers = [reset, failed(503), json(200, { data: [] })]
    await waitUntilReady(endpoint)
    expect(bodies).toHaveLength(3)
  })

  it('gives up after timeoutMs with what it heard last, and at once on a refused key', async () => {
    answers = [failed(503)]
    await expect(waitUntilReady(endpoint, { timeoutMs: 60 })).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringContaining('was not ready after 0.06 s: "tiny" at'),
    })
    answers = [failed(403)]
    await expect(waitUntilReady(endpoint)).rejects.toMatchObject({ code: 'not-allowed' })
  })
})

describe('connect', () => {
  it('asks for the only model of an endpoint and sends the key', async () => {
    answers = [
      (response, _, request) =>
        json(200, { data: [{ id: `m-${request.headers.authorization}` }] })(response, _, request),
      poem,
    ]
    await using deployment = await connect({ url: `${endpoint.url.replace('/v1', '')}/`, apiKey: 'k' })
    expect(deployment).toMatchObject({ url: endpoint.url, servedModelName: 'm-Bearer k', modelPath: null })
    expect((await deployment.generate([{ role: 'user', content: 'hi' }])).text).toBe('old pond')
    expect(bodies[1]).toEqual({ model: 'm-Bearer k', messages: [{ role: 'user', content: 'hi' }] })
  })

  it('asks for a name when there are several models, and names a mistyped option', async () => {
    answers = [json(200, { data: [{ id: 'a' }, { id: 'b' }] })]
    await expect(connect({ url: endpoint.url })).rejects.toMatchObject({
      code: 'model-not-named',
      message: expect.stringContaining('it lists a, b); give servedModelName'),
    })
    const mistyped = { url: endpoint.url, apikey: 'k' }
    await expect(connect(mistyped)).rejects.toThrow('unknown option "apikey" of connect(); did you mean "apiKey"?')
    await expect(connect({ url: 'nowhere' })).rejects.toThrow('option "url" of connect() must be an http(s) URL')
  })
})
