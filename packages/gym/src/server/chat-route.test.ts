import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONTEXT, END, type ScriptedServer, serveScripted, user } from './scripted-engine.test.support.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await serveScripted()
})
afterEach(() => server.stop(AbortSignal.abort()))

async function restart(options: Parameters<typeof serveScripted>[0]): Promise<void> {
  await server.stop(AbortSignal.abort())
  server = await serveScripted(options)
}

describe('POST /v1/chat/completions', () => {
  it('answers with text, finish reason and usage, without the end-of-turn token', async () => {
    const answer = await server.chat()
    expect(answer).toMatchObject({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'tiny',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'old pond' }, finish_reason: 'stop', logprobs: null },
      ],
      usage: { prompt_tokens: '{}user:hi>'.length, completion_tokens: 9, total_tokens: 19 },
    })
  })

  it('streams the same text in pieces, with the usage in the last chunk and [DONE] at the end', async () => {
    const response = await server.post({
      model: 'tiny',
      messages: user,
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const lines = (await response.text()).split('\n\n').filter((line) => line !== '')
    expect(lines.at(-1)).toBe('data: [DONE]')
    const chunks = lines.slice(0, -1).map((line) => JSON.parse(line.slice('data: '.length)))
    expect(chunks[0].choices[0]).toMatchObject({ delta: { role: 'assistant', content: '' }, finish_reason: null })
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('old pond')
    expect(chunks.at(-2).choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 9, total_tokens: 19 } })
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  })

  it('streams without usage when it was not asked for', async () => {
    let chunks = 0
    for await (const chunk of await server.stream()) {
      chunks++
      expect('usage' in chunk).toBe(false)
    }
    expect(chunks).toBe(1 + 8 + 1)
  })

  it('takes fields that ask nothing of the answer, and answers as without them', async () => {
    const asked = {
      user: 'u1',
      safety_identifier: 's1',
      prompt_cache_key: 'k1',
      metadata: { task: 'poem' },
      store: false,
      service_tier: 'auto',
      parallel_tool_calls: true,
    }
    const plain = await server.chat()
    const extras: object[] = Object.entries(asked).flatMap(([name, value]) => [{ [name]: value }, { [name]: null }])
    for (const extra of [...extras, { service_tier: 'default' }, asked]) {
      expect((await server.chat(extra)).choices).toEqual(plain.choices)
    }
    expect(server.engine.requests).toEqual(server.engine.requests.map(() => server.engine.requests[0]))
    await server.client.completions.create({ model: 'tiny', prompt: 'once', user: 'u1' })
  })

  it('draws n samples with seeds that follow from the one given, and the same ones again', async () => {
    server.engine.say = (_, seed) => `poem ${seed}`
    const texts = async (extra: object) => (await server.chat(extra)).choices.map((choice) => choice.message.content)
    const first = await texts({ n: 3, seed: 5 })
    expect(new Set(first).size).toBe(3)
    expect(await texts({ n: 3, seed: 5 })).toEqual(first)
    expect(await texts({ n: 3, seed: 6 })).not.toEqual(first)
    expect(await texts({ seed: 5 })).toEqual(first.slice(0, 1))
    // Without a seed the server draws one: `drawSeed` gives 7 here.
    expect(await texts({})).toEqual(await texts({ seed: 7 }))
  })

  it('keeps the samples of one stream apart', async () => {
    server.engine.say = (_, seed) => `poem ${seed}`
    const whole = (await server.chat({ n: 3, seed: 5 })).choices.map((choice) => choice.message.content)
    const texts = ['', '', '']
    for await (const { choices } of await server.stream({ n: 3, seed: 5 })) {
      for (const { index, delta } of choices) texts[index] += delta.content ?? ''
    }
    expect(texts).toEqual(whole)
  })

  it('streams a hundred chats at once, each event by event as when it is asked alone', async () => {
    server.engine.say = (_, seed) => `a haiku of seed ${seed}, é`
    const eventsOf = async (seed: number) => {
      const events: unknown[] = []
      const stream = await server.stream({ seed, stream_options: { include_usage: true } })
      for await (const { choices, usage } of stream) events.push({ choices, usage })
      return events
    }
    const seeds = Array.from({ length: 100 }, (_, index) => index)
    const together = await Promise.all(seeds.map(eventsOf))
    for (const seed of seeds.slice(0, 10)) expect(together[seed]).toEqual(await eventsOf(seed))
    expect(new Set(together.map((events) => JSON.stringify(events))).size).toBe(100)
  })

  it('passes the sampling fields on under the names of the engine', async () => {
    await server.chat({
      temperature: 0.5,
      top_p: 0.9,
      top_k: -1,
      min_p: 0.1,
      max_completion_tokens: 4,
      presence_penalty: 0.2,
      frequency_penalty: 0.3,
      logprobs: true,
      top_logprobs: 1,
    })
    expect(server.engine.requests[0]?.sampling).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 0,
      minP: 0.1,
      maxNewTokens: 4,
      presencePenalty: 0.2,
      frequencyPenalty: 0.3,
      topLogprobs: 1,
      stopTokenIds: [END],
    })
  })

  it('gives chat_template_kwargs to the template', async () => {
    server.engine.say = (prompt) => prompt
    const extra = { chat_template_kwargs: { enable_thinking: false } }
    expect((await server.chat(extra)).choices[0]?.message.content).toBe('{"enable_thinking":false}user:hi>')
  })

  it('joins text parts by line breaks and takes null for a field left out', async () => {
    server.engine.say = (prompt) => prompt
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]
    const answer = await server.chat({
      messages: [{ role: 'user', content: parts }],
      stop: null,
      seed: null,
      max_tokens: null,
    })
    expect(answer.choices[0]?.message.content).toBe('{}user:a\nb>')
  })

  it('never shows half a character, streamed or not', async () => {
    server.engine.say = () => 'fröschlein 蛙🐸!'
    expect((await server.chat()).choices[0]?.message.content).toBe('fröschlein 蛙🐸!')
    const pieces: string[] = []
    for await (const chunk of await server.stream()) pieces.push(chunk.choices[0]?.delta.content ?? '')
    expect(pieces).toContain('🐸')
    expect(pieces.join('')).toBe('fröschlein 蛙🐸!')
  })

  it.each([
    { stop: '蛙', text: 'an old ', tokens: 10 },
    { stop: ['pond', 'old '], text: 'an ', tokens: 7 },
    { stop: 'old silent', text: 'an old 蛙 old', tokens: 15 },
    { stop: ['never'], text: 'an old 蛙 old', tokens: 15 },
  ])('cuts before $stop, streamed or not', async ({ stop, text, tokens }) => {
    server.engine.say = () => 'an old 蛙 old'
    const answer = await server.chat({ stop })
    expect(answer.choices[0]).toMatchObject({ message: { content: text }, finish_reason: 'stop' })
    expect(answer.usage?.completion_tokens).toBe(tokens)
    let streamed = ''
    let reason: string | null = null
    for await (const { choices } of await server.stream({ stop })) {
      streamed += choices[0]?.delta.content ?? ''
      reason = choices[0]?.finish_reason ?? reason
    }
    expect([streamed, reason]).toEqual([text, 'stop'])
  })

  it('tells the engine to stop once every sample has met a stop string, and not before', async () => {
    server.engine.say = (_, seed) => (seed % 2 === 0 ? 'ab#cdefghijkl' : 'abcdef#ghijkl')
    let lastToken = 0
    server.engine.beforeToken = async (index) => {
      lastToken = index
    }
    const { choices } = await server.chat({ n: 8, stop: '#' })
    expect(new Set(choices.map((choice) => choice.message.content))).toEqual(new Set(['ab', 'abcdef']))
    // The token after the last stop string is where the engine sees that it was told to stop.
    expect(lastToken).toBe(7)
  })

  it('reports the log-probabilities of the tokens that the text came from, and of no other', async () => {
    server.engine.say = () => 'aé#b'
    const answer = await server.chat({ logprobs: true, top_logprobs: 1, stop: '#' })
    const content = answer.choices[0]?.logprobs?.content ?? []
    expect(content[0]).toEqual({
      token: 'a',
      logprob: -0.25,
      bytes: [97],
      top_logprobs: [{ token: 'a', logprob: -0.25, bytes: [97] }],
    })
    // The two bytes of é are parts of a character; the stop string and what follows are left out.
    expect(content.map((token) => token.bytes)).toEqual([[97], [0xc3], [0xa9]])
    const streamed: unknown[] = []
    for await (const { choices } of await server.stream({ logprobs: true, top_logprobs: 1, stop: '#' })) {
      streamed.push(...(choices[0]?.logprobs?.content ?? []))
    }
    expect(streamed).toEqual(content)
  })

  it('ends with "length" at the limit: the request’s, else the model’s, else the rest of the context', async () => {
    server.engine.say = () => 'x'.repeat(500)
    const lengthOf = async (extra: object) => {
      const { choices, usage } = await server.chat(extra)
      expect(choices[0]?.finish_reason).toBe('length')
      return usage?.completion_tokens
    }
    expect(await lengthOf({ max_tokens: 3 })).toBe(3)
    expect(await lengthOf({})).toBe(CONTEXT - 10)
    expect(await lengthOf({ max_tokens: 10_000 })).toBe(CONTEXT - 10)
    await restart({ defaultMaxTokens: 20 })
    server.engine.say = () => 'x'.repeat(500)
    expect(await lengthOf({})).toBe(20)
    expect(await lengthOf({ max_tokens: 30 })).toBe(30)
  })
})
