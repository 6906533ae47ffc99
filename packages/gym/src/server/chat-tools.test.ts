import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ScriptedServer, serveScripted, user } from './scripted-engine.test.support.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await serveScripted()
  server.engine.hasTools = true
})
afterEach(() => server.stop(AbortSignal.abort()))

const tools = [
  {
    type: 'function' as const,
    function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
]
const written = 'Let me see.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Kyoto"}}\n</tool_call>'

describe('tools', () => {
  it('gives them to the chat template, and turns calls in the text into tool_calls', async () => {
    server.engine.say = (prompt) => (prompt.includes('1 tools') ? written : 'no tools')
    const { choices } = await server.chat({ tools })
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me see.',
        tool_calls: [{ id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Kyoto"}' } }],
      },
    })
    server.engine.say = () => written.slice(written.indexOf('<'))
    expect((await server.chat({ tools })).choices[0]?.message.content).toBeNull()
  })

  it('streams the same', async () => {
    server.engine.say = () => `${written}${written.slice(written.indexOf('<'))}`
    let text = ''
    let reason: string | null = null
    const calls: unknown[] = []
    for await (const { choices } of await server.stream({ tools })) {
      text += choices[0]?.delta.content ?? ''
      calls.push(...(choices[0]?.delta.tool_calls ?? []))
      reason = choices[0]?.finish_reason ?? reason
    }
    expect([text, reason]).toEqual(['Let me see.', 'tool_calls'])
    expect(calls).toMatchObject([
      { index: 0, function: { name: 'weather', arguments: '{"city":"Kyoto"}' } },
      { index: 1, function: { name: 'weather' } },
    ])
  })

  it('lets only calls pass that follow the schema of a strict tool, whole and in a stream', async () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
      additionalProperties: false,
    }
    const asked = {
      tools: [
        { type: 'function' as const, function: { name: 'weather', strict: true, parameters } },
        { type: 'function' as const, function: { name: 'clock', strict: true } },
        { type: 'function' as const, function: { name: 'note', strict: false, parameters } },
      ],
    }
    const call = (name: string, given: object) => `<tool_call>${JSON.stringify({ name, arguments: given })}</tool_call>`
    const wrong = [
      call('weather', { town: 'Kyoto' }),
      call('weather', { city: 'Kyoto', days: 'two' }),
      call('clock', { zone: 'UTC' }),
    ]
    for (const text of wrong) {
      server.engine.say = () => text
      expect((await server.chat(asked)).choices[0]).toMatchObject({ message: { content: text }, finish_reason: 'stop' })
    }
    server.engine.say = () => `${wrong[2]}${call('weather', { days: 2, city: 'Nara' })}`
    const { choices } = await server.chat(asked)
    expect(choices[0]).toMatchObject({ message: { content: wrong[2] }, finish_reason: 'tool_calls' })
    const names = choices[0]?.message.tool_calls?.map((made) => made.type === 'function' && made.function.name)
    expect(names).toEqual(['weather'])
    const streamed: unknown[] = []
    for await (const { choices } of await server.stream(asked)) streamed.push(...(choices[0]?.delta.tool_calls ?? []))
    expect(streamed).toHaveLength(1)
    server.engine.say = () => call('note', { any: 1 })
    expect((await server.chat(asked)).choices[0]?.finish_reason).toBe('tool_calls')
  })

  it.each([
    [
      'a keyword that cannot be followed exactly',
      { type: 'object', properties: { a: { type: 'string', pattern: 'a+' } } },
      'pattern',
    ],
    ['a schema that is none', { type: 'object', properties: 3 }, 'properties'],
  ])('refuses a strict tool with %s by name', async (_, parameters, named) => {
    const tool = (strict: boolean) => ({ type: 'function' as const, function: { name: 'f', strict, parameters } })
    await expect(server.chat({ tools: [tool(true)] })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(named),
    })
    await expect(server.chat({ tools: [tool(false)] })).resolves.toBeDefined()
  })

  it('takes a strict tool that decoding cannot follow where the model decides, and refuses it where a call is asked for', async () => {
    const parameters = {
      $schema: 'http://json-schema.org/draft-04/schema#',
      $id: '#trip',
      type: 'object',
      properties: { day: { type: 'string', format: 'date' }, share: { type: 'number', minimum: 0 } },
    }
    const tool = { type: 'function' as const, function: { name: 'trip', strict: true, parameters } }
    const call = (given: object) => `<tool_call>${JSON.stringify({ name: 'trip', arguments: given })}</tool_call>`
    for (const [given, reason] of [
      [{ day: '2026-01-31', share: 0.5 }, 'tool_calls'],
      [{ day: 'soon' }, 'stop'],
      [{ share: -1 }, 'stop'],
    ] as const) {
      server.engine.say = () => call(given)
      expect((await server.chat({ tools: [tool] })).choices[0]?.finish_reason).toBe(reason)
    }
    const asked = server.chat({ tools: [tool], tool_choice: 'required' })
    await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining('"format"') })
  })

  it('leaves text alone when no tools were given, or tool_choice is none', async () => {
    server.engine.say = () => written
    for (const extra of [{}, { tools, tool_choice: 'none' }]) {
      expect((await server.chat(extra)).choices[0]).toMatchObject({
        message: { content: written },
        finish_reason: 'stop',
      })
    }
  })

  it('takes earlier calls and results back, with arguments as objects', async () => {
    const isThere = (prompt: string) => prompt.includes('"arguments":{"city":"Kyoto"}') && prompt.includes('tool:rain')
    server.engine.say = (prompt) => String(isThere(prompt))
    const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city": "Kyoto"}' } }
    const messages = [
      ...user,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
    ]
    const { choices } = await server.chat({ messages })
    expect(choices[0]?.message.content).toBe('true')
    const broken = { ...call, function: { name: 'weather', arguments: '{' } }
    const failed = server.chat({ messages: [...user, { role: 'assistant', content: null, tool_calls: [broken] }] })
    await expect(failed).rejects.toMatchObject({ status: 400, message: expect.stringContaining('"c1"') })
  })

  it('refuses tools by name when the chat template leaves them out', async () => {
    server.engine.hasTools = false
    await expect(server.chat({ tools })).rejects.toMatchObject({
      status: 400,
      param: 'tools',
      message: expect.stringContaining("this model's chat template has no place for tools"),
    })
  })

  it('constrains the answer to a call when tool_choice asks for one', async () => {
    server.engine.say = () => written.slice(written.indexOf('<'))
    const snow = { type: 'function' as const, function: { name: 'snow' } }
    await server.chat({ tools: [...tools, snow], tool_choice: 'required' })
    const named = { type: 'function' as const, function: { name: 'weather' } }
    const { choices } = await server.chat({ tools: [...tools, snow], tool_choice: named })
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'weather' } }])
    const weather = tools[0]?.function
    expect(server.engine.requests.map(({ sampling }) => sampling.json)).toEqual([
      { kind: 'tool-call', tools: [weather, { name: 'snow' }] },
      { kind: 'tool-call', tools: [weather] },
    ])
  })

  it.each([
    [{ tool_choice: 'required' }, 'asks for a call and the tools given are: none'],
    [
      { tools, tool_choice: { type: 'function', function: { name: 'wether' } } },
      'asks for "wether" and the tools given are: weather',
    ],
  ])('refuses a tool_choice that no tool meets: %j', async (extra, message) => {
    await expect(server.chat(extra)).rejects.toMatchObject({
      status: 400,
      param: 'tool_choice',
      message: expect.stringContaining(message),
    })
  })

  it('refuses parameters that a required call cannot follow', async () => {
    const fn = { name: 'f', parameters: { type: 'object', properties: { a: { type: 'string', pattern: 'x' } } } }
    const failed = server.chat({ tools: [{ type: 'function', function: fn }], tool_choice: 'required' })
    await expect(failed).rejects.toMatchObject({ param: 'tools', message: expect.stringContaining('"pattern"') })
  })
})

describe('response_format', () => {
  const formatOf = (schema: unknown) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  })

  it('reaches the engine as a constraint', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } } }
    await server.chat({ response_format: { type: 'json_object' } })
    await server.chat(formatOf(schema))
    await server.chat({ response_format: { type: 'text' } })
    expect(server.engine.requests.map(({ sampling }) => sampling.json)).toEqual([
      { kind: 'object' },
      { kind: 'schema', schema },
      undefined,
    ])
  })

  it('refuses a schema that is nested too deep to be written down', async () => {
    const text = `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`
    const body = `{"model":"tiny","messages":${JSON.stringify(user)},"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":${text}}}}`
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(`${server.url}/chat/completions`, { method: 'POST', headers, body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('nested') } })
  })

  it.each([
    [{ type: 'string', pattern: '^a' }, 'uses "pattern", which is not supported here'],
    [{ type: 'object', properties: { a: { type: 'blob' } } }, 'at "#/properties/a" has the type "blob"'],
    [{ type: 'string', minLength: 3, maxLength: 2 }, 'allows no value at all'],
    [{ $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } } }, '"a" inside itself'],
  ])('refuses the schema %j by name', async (schema, message) => {
    await expect(server.chat(formatOf(schema))).rejects.toMatchObject({
      status: 400,
      param: 'response_format',
      message: expect.stringContaining(message),
    })
    expect(server.engine.requests).toEqual([])
  })
})

describe('logprobs of POST /v1/completions', () => {
  it('come as parallel lists with offsets into the text, streamed or not', async () => {
    server.engine.say = () => 'aé!'
    const request = { model: 'tiny', prompt: 'x', logprobs: 1 }
    const whole = (await server.client.completions.create(request)).choices[0]?.logprobs
    expect(whole).toEqual({
      tokens: ['a', 'bytes:\\xc3', 'bytes:\\xa9', '!'],
      token_logprobs: [-0.25, -0.25, -0.25, -0.25],
      top_logprobs: [{ a: -0.25 }, { 'bytes:\\xc3': -0.25 }, { 'bytes:\\xa9': -0.25 }, { '!': -0.25 }],
      text_offset: [0, 1, 1, 2],
    })
    const offsets: number[] = []
    const tokens: string[] = []
    for await (const { choices } of await server.client.completions.create({ ...request, stream: true })) {
      offsets.push(...(choices[0]?.logprobs?.text_offset ?? []))
      tokens.push(...(choices[0]?.logprobs?.tokens ?? []))
    }
    expect({ offsets, tokens }).toEqual({ offsets: whole?.text_offset, tokens: whole?.tokens })
    expect((await server.client.completions.create({ ...request, logprobs: 0 })).choices[0]?.logprobs).toMatchObject({
      tokens: whole?.tokens,
      top_logprobs: null,
    })
  })
})
