import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { ChoicePiece } from './choice-text.js'
import { planGeneration } from './generation-plan.js'
import { requireServedModel } from './model-routes.js'
import type { RouteContext } from './openai-app.js'
import { outgoingOf } from './outgoing-of.js'
import { refuseInvalid } from './refuse-invalid.js'
import { completionRequestSchema } from './request-schemas.js'
import { completionSchema, errorSchema } from './response-schemas.js'
import { runGeneration } from './run-generation.js'
import { streamGeneration } from './stream-generation.js'
import { textLogprobs } from './text-logprobs.js'

/** Adds POST /v1/completions: text or token ids as they are, without the chat template. */
export function addCompletionRoute(app: OpenAPIHono, shared: RouteContext): void {
  app.openapi(
    completionRoute,
    async (context) => {
      const request = context.req.valid('json')
      requireServedModel(request.model, shared)
      const { engine } = shared
      const promptTokenIds =
        typeof request.prompt === 'string' ? engine.tokenizer.encode(request.prompt) : request.prompt
      const alternatives = request.logprobs ?? 0
      const plan = planGeneration(
        { ...request, logprobs: request.logprobs != null, top_logprobs: alternatives },
        promptTokenIds,
        { ...shared, model: engine.model },
      )
      const logprobsOf = (piece: ChoicePiece) => (plan.wantsLogprobs ? textLogprobs(piece, alternatives) : null)
      const admission = shared.gate.admit(plan.seeds.length, context.req.raw.signal)
      const head = {
        id: `cmpl-${shared.newId()}`,
        object: 'text_completion' as const,
        created: Math.floor(shared.clock() / 1000),
        model: shared.servedModelName,
      }
      if (request.stream) {
        return streamGeneration(
          shared,
          plan,
          admission,
          {
            includeUsage: request.stream_options?.include_usage ?? false,
            head,
            first: () => [],
            piece: (index, piece, finish_reason) =>
              piece.text === '' && piece.logprobs.length === 0 && !finish_reason
                ? []
                : [{ index, text: piece.text, logprobs: logprobsOf(piece), finish_reason }],
          },
          outgoingOf(context),
        )
      }
      using held = admission
      const { choices, usage } = await runGeneration(shared, plan, held)
      return context.json(
        {
          ...head,
          choices: choices.map((choice) => ({
            index: choice.index,
            text: choice.text,
            logprobs: logprobsOf(choice),
            // No tools here, so a sample ends in one of two ways.
            finish_reason: choice.finishReason === 'length' ? ('length' as const) : ('stop' as const),
            completion_tokens: choice.tokens,
          })),
          usage,
        },
        200,
      )
    },
    (result, context) =>
      result.success ? undefined : refuseInvalid(completionRequestSchema, context.req, result.error),
  )
}

const completionRoute = createRoute({
  method: 'post',
  path: '/v1/completions',
  request: { body: { content: { 'application/json': { schema: completionRequestSchema } }, required: true } },
  responses: {
    200: {
      description: 'The answer; with `stream`, server-sent events of the same shape that end with [DONE]',
      content: { 'application/json': { schema: completionSchema }, 'text/event-stream': { schema: completionSchema } },
    },
    default: { description: 'An OpenAI error body', content: { 'application/json': { schema: errorSchema } } },
  },
})
