import { setTimeout as delay } from 'node:timers/promises'
import pRetry from 'p-retry'
import { z } from 'zod'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { Message } from '../trip.js'
import { AttemptFailure, connectionFailure, statusFailure } from './attempt-failure.js'
import { type Endpoint, headersFor } from './endpoint.js'
import type { GenerateOptions, Generation } from './model-deployment.js'
import { withTimeLimit } from './time-limit.js'

/** What is ours of the options; the rest is for the endpoint to judge. */
const optionsSchema = z.looseObject({
  timeoutMs: z.number().positive().max(2_147_483_647).default(120_000),
  retries: z.int().min(0).default(3),
  applyChatTemplate: z.boolean().default(true),
})

const choiceFields = { index: z.int().optional(), finish_reason: z.string().nullish() }
const chatChoice = z
  .object({ ...choiceFields, message: z.object({ content: z.string().nullish() }) })
  .transform(({ message, ...rest }) => ({ ...rest, text: message.content ?? '' }))
const textChoice = z.object({ ...choiceFields, text: z.string() })

const answerWith = <Choice extends z.ZodType<z.infer<typeof textChoice>>>(choice: Choice) =>
  z.object({
    choices: z.array(choice).min(1),
    usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish(),
  })

/** The two ways to ask: through the chat template, or with the text as it is. */
const chat = { path: 'chat/completions', noun: 'a chat completion', schema: answerWith(chatChoice) } as const
const text = { path: 'completions', noun: 'a completion', schema: answerWith(textChoice) } as const
type Way = typeof chat | typeof text

/**
 * Asks an endpoint for a completion, of a chat unless `applyChatTemplate` is false, trying again after failures of transport only (refused, reset, 429, 5xx),
 * and not before Retry-After. An endpoint that reports no usage counts as zero tokens.
 *
 * @throws GymError 'provider' (`endpoint-unreachable`, `timeout`, `busy`, `server-error`, `request-refused`,
 * `not-allowed`, `bad-answer`), 'interrupted' when `signal` aborts, or what `endpoint.whyGone` says.
 */
export async function generate(
  endpoint: Endpoint,
  promptOrMessages: string | readonly Message[],
  options: GenerateOptions = {},
): Promise<Generation> {
  const { signal, ...rest } = options
  const { timeoutMs, retries, applyChatTemplate, ...kwargs } = parseOptions(optionsSchema, rest, 'generate()')
  const way = applyChatTemplate ? chat : text
  const asked = applyChatTemplate
    ? {
        messages:
          typeof promptOrMessages === 'string' ? [{ role: 'user', content: promptOrMessages }] : promptOrMessages,
      }
    : { prompt: textOf(promptOrMessages, kwargs) }
  const body = JSON.stringify({ ...kwargs, model: endpoint.servedModelName, ...asked })
  try {
    return await pRetry(() => attempt(endpoint, way, body, timeoutMs, signal), {
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
  } catch (error) {
    if (signal?.aborted) throw interrupted(signal, endpoint)
    throw error instanceof AttemptFailure ? error.reason : error
  }
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
  way: Way,
  body: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Generation> {
  const request = { method: 'POST', headers: headersFor(endpoint), body } as const
  const post = endpoint.post ?? endpoint.fetch
  const answer = await withTimeLimit(timeoutMs, signal, async (limit) => {
    try {
      const response = await post(`${endpoint.url}/${way.path}`, { ...request, signal: limit })
      if (!response.ok) throw await statusFailure(response, endpoint)
      return { status: response.status, body: await response.text() }
    } catch (error) {
      throw error instanceof AttemptFailure ? error : connectionFailure(error, endpoint, timeoutMs)
    }
  })
  return generationIn(answer.body, answer.status, way, endpoint)
}

function generationIn(body: string, status: number, way: Way, endpoint: Endpoint): Generation {
  let answer: z.output<Way['schema']>
  try {
    answer = way.schema.parse(JSON.parse(body))
  } catch (cause) {
    const message = `"${endpoint.servedModelName}" at ${endpoint.url} answered ${status} with something else than ${way.noun}; see that this is an OpenAI-compatible URL`
    throw new AttemptFailure(new GymError('provider', 'bad-answer', message, { cause }), null)
  }
  const ordered = [...answer.choices].sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
  const choices = ordered.map((choice) => ({
    text: choice.text,
    finishReason: choice.finish_reason === 'length' ? ('length' as const) : ('stop' as const),
  }))
  const first = choices[0]
  // The schema asks for at least one choice.
  if (!first) throw new Error('a chat completion without choices passed its schema')
  return {
    ...first,
    choices,
    usage: {
      promptTokens: answer.usage?.prompt_tokens ?? 0,
      completionTokens: answer.usage?.completion_tokens ?? 0,
    },
  }
}

function interrupted(signal: AbortSignal, endpoint: Endpoint): GymError {
  if (GymError.is(signal.reason)) return signal.reason
  const message = `the request to "${endpoint.servedModelName}" was aborted`
  return new GymError('interrupted', 'aborted', message, { cause: signal.reason })
}
