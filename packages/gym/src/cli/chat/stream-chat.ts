import { z } from 'zod'
import type { GenerateKwargs } from '../../deployments/model-deployment.js'
import { GymError, messageOf } from '../../errors.js'
import type { Message } from '../../trip.js'
import { readEvents } from './read-events.js'

export interface StreamChatOptions {
  /** Base URL of an OpenAI-compatible server, ending in `/v1`. */
  readonly url: string
  readonly model: string
  readonly messages: readonly Message[]
  readonly generateKwargs: GenerateKwargs
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
}

const chunkSchema = z.object({
  choices: z.array(
    z.object({ delta: z.object({ content: z.string().nullish() }).optional(), finish_reason: z.string().nullish() }),
  ),
})
const errorSchema = z.object({ error: z.object({ message: z.string() }) })

/** Asks for one answer and yields its text piece by piece; throws GymError with boundary 'provider' on any failure. */
export async function* streamChat(options: StreamChatOptions): AsyncGenerator<string> {
  const target = `${options.url}/chat/completions`
  const { model, messages, generateKwargs, signal } = options
  const response = await request(options.fetch, target, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true, ...generateKwargs }),
    signal,
  })
  if (response.body === null) throw broken(target, 'an answer without a body')
  // Cast: the DOM's type of a stream lacks the iterator that Node's streams have.
  for await (const data of readEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
    if (data === '[DONE]') return
    const event = parse(data, target)
    const failure = errorSchema.safeParse(event)
    if (failure.success) throw new GymError('provider', 'request-failed', `${target}: ${failure.data.error.message}`)
    const chunk = chunkSchema.safeParse(event)
    if (!chunk.success) throw broken(target, 'an event that is no chat completion chunk')
    const text = chunk.data.choices[0]?.delta?.content
    if (text !== undefined && text !== null && text !== '') yield text
  }
}

async function request(doFetch: typeof fetch, target: string, init: RequestInit): Promise<Response> {
  const response = await doFetch(target, init).catch((error: unknown) => {
    init.signal?.throwIfAborted()
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    const message = `no answer from ${target}: ${messageOf(cause)}; is the server running? (training-gym deployments)`
    throw new GymError('provider', 'unreachable', message, { cause: error })
  })
  if (response.ok) return response
  const text = (await response.text().catch(() => '')).slice(0, 2000)
  const failure = errorSchema.safeParse(parseOrNull(text))
  const said = failure.success ? failure.data.error.message : text
  throw new GymError('provider', 'request-failed', `${target} answered ${response.status}: ${said || 'nothing'}`)
}

function parse(text: string, target: string): unknown {
  const value = parseOrNull(text)
  if (value === null) throw broken(target, 'something that is not JSON')
  return value
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function broken(target: string, what: string): GymError {
  return new GymError('provider', 'bad-response', `${target} sent ${what}; is it an OpenAI-compatible server?`)
}
