import type OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ScriptedServer, serveScripted, user } from './scripted-engine.test.support.js'

let server: ScriptedServer
let prompts: string[]

beforeEach(async () => {
  server = await serveScripted()
  server.engine.hasTools = true
  prompts = []
})
afterEach(() => server.stop(AbortSignal.abort()))

/** Lets the engine say these texts, one a request, and notes what it was asked. */
function say(...texts: readonly string[]): void {
  server.engine.say = (prompt) => texts[prompts.push(prompt) - 1] ?? 'end'
}

const tool = { type: 'function' as const, function: { name: 'f', parameters: { type: 'object', properties: {} } } }
const calling = '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'
const callIn = (id: string) =>
  `assistant:[{"id":"${id}","type":"function","function":{"name":"f","arguments":{"a":1}}}]`
const base = { model: 'tiny' }

describe('an answer that is sent back with the next turn', () => {
  it('is taken as it came, whole or streamed', async () => {
    say('old pond', 'frog')
    const messages: OpenAI.ChatCompletionMessageParam[] = [...user]
    const { choices } = await server.chat({ messages })
    messages.push(choices[0]!.message, ...user)
    messages.push(await server.client.chat.completions.stream({ ...base, messages }).finalMessage(), ...user)
    await server.chat({ messages })
    expect(prompts.at(-1)).toBe('{}user:hi|assistant:old pond|user:hi|assistant:frog|user:hi>')
  })

  it('is taken with its tool calls, which the chat template gets without what clients and streams add', async () => {
    say(calling, calling, calling)
    const messages: OpenAI.ChatCompletionMessageParam[] = [...user]
    const asked = { ...base, messages, tools: [tool] }
    const next = async (message: OpenAI.ChatCompletionMessageParam) => {
      messages.splice(1, 2, message, { role: 'tool', tool_call_id: 'c', content: 'rain' })
      return (await server.client.chat.completions.create(asked)).choices[0]!.message
    }
    const second = await next((await server.client.chat.completions.create(asked)).choices[0]!.message)
    expect(prompts.at(-1)).toBe(`{}1 tools,user:hi|${callIn('call_2')}|tool:rain>`)
    expect(second.tool_calls).toHaveLength(1)

    // As OpenAI's guide gathers a stream: each call as its first piece, `index` and all.
    const calls: OpenAI.ChatCompletionMessageFunctionToolCall[] = []
    for await (const { choices } of await server.client.chat.completions.create({ ...asked, stream: true })) {
      calls.push(...((choices[0]?.delta.tool_calls ?? []) as typeof calls))
    }
    expect(calls).toMatchObject([{ index: 0 }])
    await next({ role: 'assistant', content: null, tool_calls: calls })
    expect(prompts.at(-1)).toContain(`|${callIn(calls[0]!.id)}|tool:rain>`)
  })

  it('is taken with what the client parsed out of it', async () => {
    say('{"a":1}')
    const response_format = zodResponseFormat(z.object({ a: z.number() }), 'x')
    const { choices } = await server.client.chat.completions.parse({ ...base, messages: user, response_format })
    expect(choices[0]!.message.parsed).toEqual({ a: 1 })
    const parsed = { name: 'f', arguments: '{"a":1}', parsed_arguments: { a: 1 } }
    const called = { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: parsed }], parsed: null }
    await server.chat({ messages: [...user, choices[0]!.message, called] })
    expect(prompts.at(-1)).toBe(`{}user:hi|assistant:{"a":1}|${callIn('c')}>`)
  })

  it('is taken by the tool loop of the client, which ends with the last answer', async () => {
    const given: string[] = []
    const run = (args: string) => {
      given.push(args)
      return 'rain'
    }
    const runnable = { ...tool, function: { ...tool.function, description: 'f', function: run } }
    for (const stream of [false, true] as const) {
      say(calling, 'done')
      prompts = []
      const asked = { ...base, messages: user, tools: [runnable] }
      const { completions } = server.client.chat
      const runner = stream ? completions.runTools({ ...asked, stream }) : completions.runTools(asked)
      expect(await runner.finalContent()).toBe('done')
    }
    expect(given).toEqual(['{"a":1}', '{"a":1}'])
  })

  it('may have all fields of an answer of another server, as long as they say nothing', async () => {
    say('end')
    const dumped = { annotations: null, audio: null, function_call: null, tool_calls: null, reasoning_content: null }
    const answer = { role: 'assistant', content: 'frog', refusal: null, ...dumped }
    const vllm = { ...answer, annotations: [], tool_calls: [], reasoning: null, parsed: null }
    expect((await server.post({ ...base, messages: [...user, answer, vllm] })).status).toBe(200)
    expect(prompts).toEqual(['{}user:hi|assistant:frog|assistant:frog>'])
  })

  it.each([
    [{ refusal: 'no' }, 'messages[1].refusal', 'must be null, got "no"'],
    [{ audio: { id: 'a' } }, 'messages[1].audio', 'must be null'],
    [{ function_call: { name: 'f', arguments: '' } }, 'messages[1].function_call', 'must be null'],
    [{ annotations: [{}] }, 'messages[1].annotations', 'must have at most 0 entries'],
    [{ content: null, tool_calls: [] }, 'messages[1].content', 'must be given unless there are tool_calls'],
  ])('is refused by name where it has what the model would not see: %j', async (extra, param, message) => {
    const answer = { role: 'assistant', content: 'frog', ...extra }
    const failed = server.chat({ messages: [...user, answer] })
    await expect(failed).rejects.toMatchObject({ status: 400, param, message: expect.stringContaining(message) })
  })
})
