import { fileURLToPath } from 'node:url'
import { Engine } from '@training-gym/engine'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDefaultMaxTokens } from './generation-defaults.js'
import { type RunningServer, startServer } from './start-server.js'

const modelPath = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))

let server: RunningServer
let client: OpenAI
let seeds = 0

beforeAll(async () => {
  server = await startServer({
    port: 0,
    openEngine: () => Engine.open({ modelPath, threads: 2 }),
    defaultMaxTokens: await readDefaultMaxTokens(modelPath),
    servedModelName: 'tiny-poet',
    clock: Date.now,
    drawSeed: () => ++seeds,
    newId: () => 'x',
    log: (line) => console.error(line),
  })
  client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 })
})
afterAll(() => server.stop(AbortSignal.abort()))

const about = (topic: string) => [{ role: 'user' as const, content: `Write a haiku about ${topic}.` }]
const base = { model: 'tiny-poet', messages: about('rain') }
const textOf = (answer: OpenAI.ChatCompletion) => answer.choices.map((choice) => choice.message.content ?? '')

/** Joins what one stream said of its first choice. */
async function gather(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  let text = ''
  let finishReason: string | null = null
  let usage: OpenAI.CompletionUsage | undefined
  const logprobs: number[] = []
  for await (const chunk of chunks) {
    text += chunk.choices[0]?.delta.content ?? ''
    finishReason = chunk.choices[0]?.finish_reason ?? finishReason
    usage = chunk.usage ?? usage
    logprobs.push(...(chunk.choices[0]?.logprobs?.content ?? []).map((token) => token.logprob))
  }
  return { text, finishReason, usage, logprobs }
}

describe('the server over tiny-poet', () => {
  it('writes three lines without special tokens, within the limit of its generation_config.json', async () => {
    const answer = await client.chat.completions.create({ ...base, n: 8, seed: 1 })
    const texts = textOf(answer)
    expect(texts.filter((text) => text.split('\n').length === 3).length).toBeGreaterThanOrEqual(6)
    for (const text of texts) expect(text).not.toMatch(/<\||\uFFFD/)
    expect(answer.usage?.completion_tokens).toBeLessThanOrEqual(8 * 48)
    expect(new Set(texts).size).toBe(8)
    // An extension: the usage is the sum over the choices.
    const each = answer.choices.map((choice) => (choice as { completion_tokens?: number }).completion_tokens ?? 0)
    expect(Math.min(...each)).toBeGreaterThan(1)
    expect(each.reduce((sum, tokens) => sum + tokens, 0)).toBe(answer.usage?.completion_tokens)
  })

  it('streams exactly what it answers in one piece: text, log-probabilities, finish reason and usage', async () => {
    const options = { ...base, seed: 11, logprobs: true, top_logprobs: 2 }
    const whole = await client.chat.completions.create(options)
    const streamed = await gather(
      await client.chat.completions.create({ ...options, stream: true, stream_options: { include_usage: true } }),
    )
    const [choice] = whole.choices
    expect(streamed).toEqual({
      text: choice?.message.content,
      finishReason: choice?.finish_reason,
      usage: whole.usage,
      logprobs: choice?.logprobs?.content?.map((token) => token.logprob),
    })
    const content = choice?.logprobs?.content ?? []
    expect(content.map((token) => token.token).join('')).toBe(streamed.text)
    expect(Buffer.from(content.flatMap((token) => token.bytes ?? [])).toString()).toBe(streamed.text)
    for (const token of content) expect(token.top_logprobs).toHaveLength(2)
  })

  it('cuts before a stop string that lies inside the text, and counts only what was sampled', async () => {
    const [whole = ''] = textOf(await client.chat.completions.create({ ...base, seed: 11 }))
    const stop = whole.slice(whole.indexOf('\n') - 2, whole.indexOf('\n') + 3)
    const cut = await client.chat.completions.create({ ...base, seed: 11, stop })
    expect(textOf(cut)).toEqual([whole.slice(0, whole.indexOf(stop))])
    expect(cut.choices[0]?.finish_reason).toBe('stop')
    const streamed = await gather(await client.chat.completions.create({ ...base, seed: 11, stop, stream: true }))
    expect(streamed.text).toBe(whole.slice(0, whole.indexOf(stop)))
  })

  it('is greedy at temperature 0 and repeats itself with a seed', async () => {
    const greedy = await Promise.all(
      [1, 2].map((seed) => client.chat.completions.create({ ...base, temperature: 0, seed })),
    )
    expect(textOf(greedy[0]!)).toEqual(textOf(greedy[1]!))
    const drawn = await Promise.all(
      [5, 5, 6].map((seed) => client.chat.completions.create({ ...base, n: 2, seed }).then(textOf)),
    )
    expect(drawn[0]).toEqual(drawn[1])
    expect(drawn[0]).not.toEqual(drawn[2])
  })

  it('keeps 12 requests at once apart: each streams what its seed gives when asked alone', async () => {
    const topics = ['rain', 'the moon', 'a frog', 'snow']
    const ask = async (index: number) => {
      const messages = about(topics[index % topics.length]!)
      const stream = await client.chat.completions.create({ ...base, messages, seed: index, stream: true })
      return (await gather(stream)).text
    }
    const together = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(index)))
    const alone: string[] = []
    for (let index = 0; index < 12; index++) alone.push(await ask(index))
    // The last bits of a probability depend on the shape of the batch, which may turn a rare draw; most must be equal.
    const equal = together.filter((text, index) => text === alone[index]).length
    expect(equal).toBeGreaterThanOrEqual(11)
    expect(new Set(together).size).toBe(12)
  })

  it('goes on serving after clients that left in the middle', async () => {
    for (let i = 0; i < 4; i++) {
      const controller = new AbortController()
      const stream = await client.chat.completions.create(
        { ...base, n: 4, seed: i, stream: true },
        { signal: controller.signal },
      )
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) controller.abort()
    }
    expect(textOf(await client.chat.completions.create({ ...base, seed: 5, n: 2 }))).toHaveLength(2)
  })

  it('names token ids that the model does not have', async () => {
    const prompt = [1, 999_999]
    await expect(client.completions.create({ model: 'tiny-poet', prompt })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('prompt token id 999999 is not in the vocabulary of 4096'),
    })
    await expect(client.completions.create({ model: 'tiny-poet', prompt: '' })).rejects.toMatchObject({ status: 400 })
  })
})
