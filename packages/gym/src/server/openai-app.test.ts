import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen } from './listen.js'
import { CONTEXT, ScriptedEngine, type ScriptedServer, serveScripted, user } from './scripted-engine.test.support.js'
import { startServer } from './start-server.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await serveScripted()
})
afterEach(() => server.stop(AbortSignal.abort()))

async function restart(options: Parameters<typeof serveScripted>[0]): Promise<void> {
  await server.stop(AbortSignal.abort())
  server = await serveScripted(options)
}

/** A promise that a test resolves by hand. */
function latch(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(setImmediate)
}

describe('the rest of the server', () => {
  it('lists the served model and describes itself', async () => {
    expect((await server.client.models.list()).data).toMatchObject([{ id: 'tiny', max_model_len: CONTEXT }])
    expect(await server.client.models.retrieve('tiny')).toMatchObject({ id: 'tiny' })
    await expect(server.client.models.retrieve('other')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    const health = await fetch(`${server.origin}/health`)
    expect(health.status).toBe(200)
    expect(await health.json()).toEqual({
      status: 'ready',
      model: 'tiny',
      pid: process.pid,
      peakRssMb: expect.any(Number),
    })
    const api = (await (await fetch(`${server.origin}/openapi.json`)).json()) as { paths: object; components: object }
    expect(Object.keys(api.paths)).toEqual([
      '/health',
      '/v1/models',
      '/v1/models/{model}',
      '/metrics',
      '/v1/chat/completions',
      '/v1/completions',
    ])
    expect(JSON.stringify(api.components)).toContain('chat_template_kwargs')
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404)
  })

  it('completes plain text without a chat template, streamed or not', async () => {
    server.engine.say = (prompt) => `[${prompt}]`
    const answer = await server.client.completions.create({ model: 'tiny', prompt: 'once' })
    expect(answer.choices).toEqual([
      { index: 0, text: '[once]', logprobs: null, finish_reason: 'stop', completion_tokens: 7 },
    ])
    const ids = await server.client.completions.create({ model: 'tiny', prompt: [97, 98] })
    expect(ids.choices[0]?.text).toBe('[ab]')
    let streamed = ''
    for await (const chunk of await server.client.completions.create({ model: 'tiny', prompt: 'once', stream: true })) {
      streamed += chunk.choices[0]?.text ?? ''
    }
    expect(streamed).toBe('[once]')
  })

  it.each([true, false])('frees the engine when the client goes away (stream: %s)', async (isStreamed) => {
    const started = latch()
    server.engine.say = () => 'x'.repeat(190)
    let lastToken = 0
    // Slow enough that the abort arrives long before the last of the 190 tokens.
    server.engine.beforeToken = async (index) => {
      lastToken = index
      if (index === 3) started.open()
      await new Promise(setImmediate)
      if (index >= 3) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const controller = new AbortController()
    const call = server.client.chat.completions.create(
      { model: 'tiny', messages: user, stream: isStreamed },
      { signal: controller.signal },
    )
    const outcome = call.then(async (answer) => {
      if (isStreamed) for await (const _ of answer as AsyncIterable<unknown>);
    })
    await started.promise
    expect(server.engine.running).toBe(1)
    controller.abort()
    await outcome.catch(() => undefined)
    await until(() => server.engine.running === 0)
    expect(lastToken).toBeLessThan(150)
    expect(server.log).toEqual([])
    server.engine.beforeToken = async () => {}
    expect((await server.chat()).choices).toHaveLength(1)
  })

  it('answers 429 with Retry-After when the queue is full, and takes requests again afterwards', async () => {
    await restart({ maxQueue: 3 })
    const go = latch()
    server.engine.beforeToken = () => go.promise
    const running = [server.chat(), server.chat({ n: 2 })]
    await until(() => server.engine.running === 2)
    const refused = await server.post({ model: 'tiny', messages: user })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'queue_full' } })
    go.open()
    await Promise.all(running)
    expect((await server.chat({ n: 8 })).choices).toHaveLength(8)
  })

  it('says that it is draining, finishes what is in flight and refuses the rest', async () => {
    const go = latch()
    server.engine.beforeToken = () => go.promise
    const running = server.chat()
    await until(() => server.engine.running === 1)
    const stopped = server.stop(new AbortController().signal)
    const health = await fetch(`${server.origin}/health`)
    expect([health.status, ((await health.json()) as { status: string }).status]).toEqual([503, 'draining'])
    await expect(server.chat()).rejects.toMatchObject({ status: 503, code: 'server_draining' })
    go.open()
    expect((await running).choices[0]?.message.content).toBe('old pond')
    await stopped
    await expect(fetch(`${server.origin}/health`)).rejects.toThrow('fetch failed')
  })

  it('aborts what is in flight at the deadline', async () => {
    const go = latch()
    server.engine.say = () => 'x'.repeat(100)
    server.engine.beforeToken = (index) => (index === 5 ? go.promise : Promise.resolve())
    const running = server.chat().catch((error: unknown) => error)
    await until(() => server.engine.running === 1)
    const deadline = new AbortController()
    const stopped = server.stop(deadline.signal)
    deadline.abort()
    go.open()
    expect(await running).toMatchObject({ status: 503, code: 'request_aborted' })
    await stopped
  })

  it('answers 503 while the model loads', async () => {
    const loaded = latch()
    const listening = latch()
    let port = 0
    const probe = createServer().listen(0, '127.0.0.1', () => {
      port = (probe.address() as { port: number }).port
      probe.close(() => listening.open())
    })
    await listening.promise
    const starting = startServer({
      port,
      openEngine: async () => {
        await loaded.promise
        return new ScriptedEngine()
      },
      servedModelName: 'tiny',
      clock: () => 0,
      drawSeed: () => 1,
      newId: () => '1',
      log: () => {},
    })
    await new Promise(setImmediate)
    const health = await fetch(`http://127.0.0.1:${port}/health`)
    expect([health.status, ((await health.json()) as { status: string }).status]).toEqual([503, 'starting'])
    const early = await fetch(`http://127.0.0.1:${port}/v1/models`)
    expect(await early.json()).toMatchObject({ error: { code: 'model_loading' } })
    loaded.open()
    const other = await starting
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    await other.stop(AbortSignal.abort())
  })

  it('says which port is in use and what to do', async () => {
    const port = Number(new URL(server.url).port)
    await expect(listen(port, () => new Response())).rejects.toMatchObject({
      boundary: 'config',
      code: 'port-in-use',
      message: `port ${port} is already in use on this machine; stop the program that has it, or give another port (0 takes any free one)`,
    })
  })
})
