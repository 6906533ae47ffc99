import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { EngineError } from '@training-gym/engine'
import type { Message } from '../trip.js'
import type { ChoicePiece } from './choice-text.js'
import { planGeneration } from './generation-plan.js'
import { requireServedModel } from './model-routes.js'
import type { RouteContext } from './openai-app.js'
import { refusal, withoutPaths } from './openai-error.js'
import { refuseInvalid } from './refuse-invalid.js'
import { type ChatRequest, chatRequestSchema } from './request-schemas.js'
import { chatChunkSchema, chatCompletionSchema, errorSchema } from './response-schemas.js'
import { runGeneration } from './run-generation.js'
import type { ServedEngine } from './served-engine.js'
import { streamGeneration } from './stream-generation.js'

/** Adds POST /v1/chat/completions. */
export function addChatRoute(app: OpenAPIHono, shared: RouteContext): void {
  app.openapi(
    chatRoute,
    async (context) => {
      const request = context.req.valid('json')
      requireServedModel(request.model, shared)
      const plan = planGeneration(request, encodePrompt(request, shared.engine), {
        ...shared,
        model: shared.engine.model,
      })
      const admission = shared.gate.admit(plan.seeds.length, context.req.raw.signal)
      const head = {
        id: `chatcmpl-${shared.newId()}`,
        created: Math.floor(shared.clock() / 1000),
        model: shared.servedModelName,
      }
      const logprobsOf = (piece: ChoicePiece) =>
        request.logprobs ? { content: [...piece.logprobs], refusal: null } : null

      if (request.stream) {
        const chunkHead = { ...head, object: 'chat.completion.chunk' as const }
        return streamGeneration(shared, plan, admission, {
          includeUsage: request.stream_options?.include_usage ?? false,
          head: chunkHead,
          first: (index) => [{ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }],
          piece: (index, piece, finish_reason) => [
            ...(piece.text !== '' || (request.logprobs && piece.logprobs.length > 0)
              ? [{ index, delta: { content: piece.text }, logprobs: logprobsOf(piece), finish_reason: null }]
              : []),
            ...(finish_reason ? [{ index, delta: {}, logprobs: null, finish_reason }] : []),
          ],
        })
      }
      using held = admission
      const { choices, usage } = await runGeneration(shared.engine, plan, held)
      return context.json(
        {
          ...head,
          object: 'chat.completion' as const,
          choices: choices.map((choice) => ({
            index: choice.index,
            message: { role: 'assistant' as const, content: choice.text, refusal: null },
            logprobs: logprobsOf(choice),
            finish_reason: choice.finishReason,
          })),
          usage,
        },
        200,
      )
    },
    (result, context) => (result.success ? undefined : refuseInvalid(chatRequestSchema, context.req, result.error)),
  )
}

function encodePrompt(request: ChatRequest, engine: ServedEngine): number[] {
  const messages = request.messages.map(
    ({ role, content }): Message => ({
      role,
      content: typeof content === 'string' ? content : content.map((part) => part.text).join('\n'),
    }),
  )
  try {
    const kwargs = request.chat_template_kwargs ?? {}
    return engine.tokenizer.encodeChat(messages, { addGenerationPrompt: true, kwargs })
  } catch (cause) {
    // Templates refuse by raising, e.g. when roles do not alternate; that is the request's fault.
    if (!(EngineError.is(cause) && cause.code === 'bad-request')) throw cause
    throw refusal(400, { message: withoutPaths(cause.message), param: 'messages', code: 'invalid_value' })
  }
}

const chatRoute = createRoute({
  method: 'post',
  path: '/v1/chat/completions',
  request: { body: { content: { 'application/json': { schema: chatRequestSchema } }, required: true } },
  responses: {
    200: {
      description: 'The answer; with `stream`, server-sent events that end with [DONE]',
      content: {
        'application/json': { schema: chatCompletionSchema },
        'text/event-stream': { schema: chatChunkSchema },
      },
    },
    default: { description: 'An OpenAI error body', content: { 'application/json': { schema: errorSchema } } },
  },
})
