import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { ChoicePiece } from './choice-text.js'
import { encodeMessages } from './encode-messages.js'
import { planGeneration } from './generation-plan.js'
import { requireServedModel } from './model-routes.js'
import type { RouteContext } from './openai-app.js'
import { outgoingOf } from './outgoing-of.js'
import { refuseInvalid } from './refuse-invalid.js'
import { chatRequestSchema } from './request-schemas.js'
import { chatChunkSchema, chatCompletionSchema, errorSchema } from './response-schemas.js'
import { type AnswerPiece, runGeneration, type ToolCall } from './run-generation.js'
import { streamGeneration } from './stream-generation.js'

/** Adds POST /v1/chat/completions. */
export function addChatRoute(app: OpenAPIHono, shared: RouteContext): void {
  app.openapi(
    chatRoute,
    async (context) => {
      const request = context.req.valid('json')
      requireServedModel(request.model, shared)
      const plan = planGeneration(request, encodeMessages(request, shared.engine.tokenizer), {
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

      const callsSoFar = plan.seeds.map(() => 0)
      const callsOf = (index: number, piece: AnswerPiece) =>
        piece.toolCalls.map((call) => {
          const at = callsSoFar[index] ?? 0
          callsSoFar[index] = at + 1
          return { index: at, ...toolCallOf(call) }
        })

      if (request.stream) {
        const chunkHead = { ...head, object: 'chat.completion.chunk' as const }
        return streamGeneration(
          shared,
          plan,
          admission,
          {
            includeUsage: request.stream_options?.include_usage ?? false,
            head: chunkHead,
            first: (index) => [
              { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
            ],
            piece: (index, piece, finish_reason) => [
              ...(piece.toolCalls.length > 0
                ? [{ index, delta: { tool_calls: callsOf(index, piece) }, logprobs: null, finish_reason: null }]
                : []),
              ...(piece.text !== '' || (request.logprobs && piece.logprobs.length > 0)
                ? [{ index, delta: { content: piece.text }, logprobs: logprobsOf(piece), finish_reason: null }]
                : []),
              ...(finish_reason ? [{ index, delta: {}, logprobs: null, finish_reason }] : []),
            ],
          },
          outgoingOf(context),
        )
      }
      using held = admission
      const { choices, usage } = await runGeneration(shared, plan, held)
      return context.json(
        {
          ...head,
          object: 'chat.completion' as const,
          choices: choices.map((choice) => ({
            index: choice.index,
            message: {
              role: 'assistant' as const,
              content: choice.text === '' && choice.toolCalls.length > 0 ? null : choice.text,
              refusal: null,
              ...(choice.toolCalls.length > 0 && { tool_calls: choice.toolCalls.map(toolCallOf) }),
            },
            logprobs: logprobsOf(choice),
            finish_reason: choice.finishReason,
            completion_tokens: choice.tokens,
          })),
          usage,
        },
        200,
      )
    },
    (result, context) => (result.success ? undefined : refuseInvalid(chatRequestSchema, context.req, result.error)),
  )
}

function toolCallOf({ id, name, arguments: given }: ToolCall) {
  return { id, type: 'function' as const, function: { name, arguments: given } }
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
