import { request } from 'node:http'
import { EngineError } from '@training-gym/engine'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONTEXT, type ScriptedServer, serveScripted, user } from './scripted-engine.test.support.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await serveScripted()
})
afterEach(() => server.stop(AbortSignal.abort()))

async function restart(options: Parameters<typeof serveScripted>[0]): Promise<void> {
  await server.stop(AbortSignal.abort())
  server = await serveScripted(options)
}

describe('refusals', () => {
  const base = { model: 'tiny', messages: user }
  it.each([
    [{ audio: {} }, 'audio', 'the field "audio" is not supported by this server; leave it out'],
    [{ logit_bias: { 5: -100 } }, 'logit_bias', 'the field "logit_bias" is not supported by this server; leave it out'],
    [{ reasoning_effort: 'high' }, 'reasoning_effort', 'the field "reasoning_effort" is not supported by this server'],
    [{ store: true }, 'store', 'field "store" of the request must be false, got true'],
    [{ service_tier: 'flex' }, 'service_tier', 'must be one of "auto", "default", got "flex"'],
    [{ parallel_tool_calls: false }, 'parallel_tool_calls', 'must be true, got false'],
    [{ metadata: { a: 1 } }, 'metadata.a', 'field "metadata.a" of the request must be a string, got 1'],
    [{ user: 7 }, 'user', 'field "user" of the request must be a string, got 7'],
    [{ response_format: { type: 'xml' } }, 'response_format.type', 'field "response_format.type" of the request'],
    [
      { max_token: 3 },
      'max_token',
      'the field "max_token" is not supported by this server; did you mean "max_tokens"?',
    ],
    [{ messages: [{ ...user[0], name: 'x' }] }, 'messages[0].name', 'the field "messages[0].name" is not supported'],
    [{ messages: [] }, 'messages', 'field "messages" of the request must not be empty, got []'],
    [{ messages: undefined }, 'messages', 'field "messages" of the request is missing'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role', 'must be one of "system", "user"'],
    [{ temperature: 3 }, 'temperature', 'field "temperature" of the request must be at most 2, got 3'],
    [{ temperature: 'hot' }, 'temperature', 'field "temperature" of the request must be a number, got "hot"'],
    [{ top_p: 0 }, 'top_p', 'must be more than 0, got 0'],
    [{ n: 0 }, 'n', 'must be at least 1, got 0'],
    [{ max_tokens: 1.5 }, 'max_tokens', 'must be a whole number, got 1.5'],
    [{ stop: '' }, 'stop', 'field "stop" of the request'],
    [{ top_logprobs: 2 }, 'top_logprobs', 'top_logprobs is 2 without logprobs'],
    [
      { max_tokens: 3, max_completion_tokens: 4 },
      'max_completion_tokens',
      'max_tokens is 3 and max_completion_tokens is 4',
    ],
    [{ stream_options: { include_usage: true } }, 'stream_options', 'stream_options is given without stream'],
    [{ messages: [{ role: 'assistant', content: 'x' }] }, 'messages', 'must start with the user'],
  ])('refuses %j by name', async (extra, param, message) => {
    const response = await server.post({ ...base, ...extra })
    const { error } = (await response.json()) as { error: Record<string, unknown> }
    expect(response.status).toBe(400)
    expect(error).toMatchObject({ type: 'invalid_request_error', param, code: expect.any(String) })
    expect(error.message).toContain(message)
    expect(server.engine.requests).toEqual([])
  })

  it('refuses a prompt that leaves no room, with the numbers', async () => {
    const content = 'x'.repeat(CONTEXT)
    await expect(server.chat({ messages: [{ role: 'user', content }] })).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      message: expect.stringContaining(`has ${CONTEXT + 8} tokens and the model's context holds ${CONTEXT}`),
    })
  })

  it('answers another model name with 404 and names the served one', async () => {
    const failure = await server.chat({ model: 'gpt' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(OpenAI.NotFoundError)
    expect(failure).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(String(failure)).toContain('there is no model "gpt" here; this server serves "tiny"')
  })

  it.each([
    ['{"model":', {}, 400, 'malformed_json'],
    ['[]', {}, 400, 'invalid_value'],
    ['', { 'Content-Type': '' }, 400, 'malformed_json'],
    ['x=1', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    [JSON.stringify({ model: 'x'.repeat(5000) }), {}, 413, 'body_too_large'],
  ])('answers the body %.12s with status and code', async (body, headers, status, code) => {
    await restart({ maxBodyBytes: 4096 })
    const response = await server.post(body, headers)
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      status,
      code,
    ])
  })

  it('refuses a Host header that names another machine, and takes the names of this one', async () => {
    const statusOf = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${server.origin}/health`, { headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1:8000', '[::2]']) {
      expect([host, await statusOf(host)]).toEqual([host, 403])
    }
    for (const host of ['localhost', 'localhost:1', '127.0.0.1:9', '127.9.9.9', '[::1]:80', 'gym.localhost']) {
      expect([host, await statusOf(host)]).toEqual([host, 200])
    }
  })

  it('answers a failure of the engine with 500, keeps its words for the log and its paths out of the answer', async () => {
    server.engine.say = () => {
      throw new Error('cannot read /home/someone/model.safetensors')
    }
    await expect(server.chat()).rejects.toMatchObject({ status: 500, code: 'engine_failed' })
    expect(server.log.join()).toContain('/home/someone')
    const streamed = async () => {
      for await (const _ of await server.stream());
    }
    await expect(streamed()).rejects.toMatchObject({ message: expect.stringContaining('the engine failed') })
    server.engine.say = () => {
      throw new EngineError('bad-request', 'token 9 of "/home/someone/model" is unknown')
    }
    const refused = await server.chat().catch((error: Error) => error.message)
    expect(refused).toBe('400 token 9 of "<path>" is unknown')
  })
})
