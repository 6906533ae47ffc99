import { setTimeout as delay } from 'node:timers/promises'
import pRetry from 'p-retry'
import { z } from 'zod'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { Message } from '../trip.js'
import { AttemptFailure, connectionFailure, statusFailure } from './attempt-failure.js'
import { type Endpoint, headersFor } from './endpoint.js'
import type { GenerateOptions, Generation } from './model-deployment.js'
import { postBy } from './post.js'
import { type CompletionKind, chatCompletion, readCompletion, textCompletion } from './read-completion.js'

/** What is ours of the options; the rest is for the endpoint to judge. */
const optionsSchema = z.strictObject({
  timeoutMs: z.number().positive().max(2_147_483_647).default(120_000),
  retries: z.int().min(0).default(3),
  applyChatTemplate: z.boolean().default(true),
})

/**
 * Asks an endpoint for a completion, of a chat unless `applyChatTemplate` is false, trying again after failures of transport
 * only (refused, reset, 429, 5xx), and not before Retry-After. An endpoint that reports no usage counts as zero tokens.
 *
 * @throws GymError 'provider' (`endpoint-unreachable`, `timeout`, `busy`, `server-error`, `request-refused`,
 * `not-allowed`, `bad-answer`), 'interrupted' when `signal` aborts, or what `endpoint.whyGone` says.
 */
export async function generate(
  endpoint: Endpoint,
  promptOrMessages: string | readonly Message[],
  options: GenerateOptions = {},
): Promise<Generation> {
  const { signal, timeoutMs: limit, retries: more, applyChatTemplate: isChat, ...kwargs } = options
  const own = { timeoutMs: limit, retries: more, applyChatTemplate: isChat }
  const { timeoutMs, retries, applyChatTemplate } = parseOptions(optionsSchema, own, 'generate()')
  const kind = applyChatTemplate ? chatCompletion : textCompletion
  const asked = applyChatTemplate
    ? { messages: messagesOf(promptOrMessages) }
    : { prompt: textOf(promptOrMessages, kwargs) }
  const text = JSON.stringify({ ...kwargs, model: endpoint.servedModelName, ...asked })
  const ask = () => attempt(endpoint, kind, text, timeoutMs, signal)
  try {
    return await ask().catch((failure: unknown) => askAgain(failure, ask, { endpoint, retries, signal }))
  } catch (error) {
    if (signal?.aborted) throw interrupted(signal, endpoint)
    throw error instanceof AttemptFailure ? error.reason : error
  }
}

/** Tries again after a failure for as long as that is of use; throws the last failure. */
function askAgain(
  first: unknown,
  ask: () => Promise<Generation>,
  { endpoint, retries, signal }: { endpoint: Endpoint; retries: number; signal: AbortSignal | undefined },
): Promise<Generation> {
  // The attempt that failed counts as the first of p-retry's: setting that up costs as much as a request.
  const input = (attemptNumber: number) => (attemptNumber === 1 ? Promise.reject(first) : ask())
  return pRetry(input, {
    retries,
    minTimeout: endpoint.backoffMs ?? 500,
    maxTimeout: 10_000,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof AttemptFailure && error.retryAfterMs !== null,
    onFailedAttempt: async ({ error, retriesLeft }) => {
      if (!(error instanceof AttemptFailure) || error.retryAfterMs === null) return
      const gone = await endpoint.whyGone?.()
      if (gone) throw gone
      if (retriesLeft > 0) await delay(error.retryAfterMs, undefined, { signal })
    },
  })
}

function messagesOf(promptOrMessages: string | readonly Message[]): readonly Message[] {
  return typeof promptOrMessages === 'string' ? [{ role: 'user', content: promptOrMessages }] : promptOrMessages
}

/** Joins the contents as training does, so that a model meets the same prompt in both. */
function textOf(promptOrMessages: string | readonly Message[], kwargs: Readonly<Record<string, unknown>>): string {
  if (kwargs.chat_template_kwargs !== undefined) {
    const message =
      'option "chat_template_kwargs" of generate() needs the chat template; leave it out, or applyChatTemplate: false'
    throw new GymError('config', 'bad-options', message)
  }
  if (typeof promptOrMessages === 'string') return promptOrMessages
  return promptOrMessages.map(({ content }) => content).join('')
}

async function attempt(
  endpoint: Endpoint,
  kind: CompletionKind,
  body: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Generation> {
  const post = endpoint.post ?? postBy(endpoint.fetch)
  let answer: { readonly status: number; readonly body: string }
  try {
    const response = await post(`${endpoint.url}/${kind.path}`, {
      headers: headersFor(endpoint),
      body,
      timeoutMs,
      signal,
    })
    if (!response.ok) throw await statusFailure(response, endpoint)
    answer = { status: response.status, body: await response.text() }
  } catch (error) {
    throw error instanceof AttemptFailure ? error : connectionFailure(error, endpoint, timeoutMs)
  }
  return generationIn(answer.body, answer.status, kind, endpoint)
}

function generationIn(body: string, status: number, kind: CompletionKind, endpoint: Endpoint): Generation {
  try {
    return readCompletion(body, kind)
  } catch (cause) {
    const message = `"${endpoint.servedModelName}" at ${endpoint.url} answered ${status} with something else than ${kind.noun}; see that this is an OpenAI-compatible URL`
    throw new AttemptFailure(new GymError('provider', 'bad-answer', message, { cause }), null)
  }
}

function interrupted(signal: AbortSignal, endpoint: Endpoint): GymError {
  if (GymError.is(signal.reason)) return signal.reason
  const message = `the request to "${endpoint.servedModelName}" was aborted`
  return new GymError('interrupted', 'aborted', message, { cause: signal.reason })
}
