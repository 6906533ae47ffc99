import { z } from 'zod'
import { AttemptFailure, connectionFailure, errorMessageIn, statusFailure } from '../../deployments/attempt-failure.js'
import { type Endpoint, headersFor } from '../../deployments/endpoint.js'
import type { GenerateKwargs } from '../../deployments/model-deployment.js'
import { GymError } from '../../errors.js'
import type { Message } from '../../trip.js'
import { readEvents } from './read-events.js'

export interface StreamChatOptions {
  readonly endpoint: Endpoint
  readonly messages: readonly Message[]
  readonly generateKwargs: GenerateKwargs
  readonly signal: AbortSignal
}

const chunkSchema = z.object({
  choices: z.array(
    z.object({ delta: z.object({ content: z.string().nullish() }).optional(), finish_reason: z.string().nullish() }),
  ),
})

/**
 * Asks for one answer and yields its text piece by piece, without retries.
 *
 * @throws GymError 'provider' on any failure, as `generate()` does; what aborted `signal`.
 */
export async function* streamChat(options: StreamChatOptions): AsyncGenerator<string> {
  const { endpoint, signal } = options
  try {
    const response = await request(options)
    if (!response.ok) throw await statusFailure(response, endpoint)
    if (response.body === null) throw broken(endpoint, 'an answer without a body')
    let isFinished = false
    // Cast: the DOM's type of a stream lacks the iterator that Node's streams have.
    for await (const data of readEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
      if (data === '[DONE]') return
      const choice = choiceIn(data, endpoint)
      // Not every server says [DONE].
      isFinished ||= typeof choice?.finish_reason === 'string'
      const text = choice?.delta?.content ?? ''
      if (text !== '') yield text
    }
    if (!isFinished) throw broken(endpoint, 'an answer that ends in the middle')
  } catch (error) {
    signal.throwIfAborted()
    if (GymError.is(error)) throw error
    throw (error instanceof AttemptFailure ? error : connectionFailure(error, endpoint)).reason
  }
}

function request({ endpoint, messages, generateKwargs, signal }: StreamChatOptions): Promise<Response> {
  return endpoint.fetch(`${endpoint.url}/chat/completions`, {
    method: 'POST',
    headers: headersFor(endpoint),
    body: JSON.stringify({ ...generateKwargs, model: endpoint.servedModelName, messages, stream: true }),
    signal,
  })
}

/** The choice that one event goes on with; none in the event that only tells the usage. */
function choiceIn(data: string, endpoint: Endpoint): z.infer<typeof chunkSchema>['choices'][number] | undefined {
  const event = jsonOrNull(data)
  if (event === null) throw broken(endpoint, 'something that is not JSON')
  if (typeof event === 'object' && 'error' in event) {
    const message = `"${endpoint.servedModelName}" at ${endpoint.url} broke off its answer: ${errorMessageIn(data)}`
    throw new GymError('provider', 'server-error', message)
  }
  const chunk = chunkSchema.safeParse(event)
  if (!chunk.success) throw broken(endpoint, 'an event that is no chat completion chunk')
  return chunk.data.choices[0]
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function broken({ servedModelName, url }: Endpoint, what: string): GymError {
  const message = `"${servedModelName}" at ${url} sent ${what}; see that this is an OpenAI-compatible URL`
  return new GymError('provider', 'bad-answer', message)
}
