import { z } from '@hono/zod-openapi'

const finishReasonSchema = z.enum(['stop', 'length'])
const chatFinishReasonSchema = z.enum(['stop', 'length', 'tool_calls'])

const toolCallSchema = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string().openapi({ description: 'JSON text.' }) }),
})

const textLogprobsSchema = z
  .object({
    tokens: z.array(z.string()),
    token_logprobs: z.array(z.number()),
    top_logprobs: z.array(z.record(z.string(), z.number())).nullable(),
    text_offset: z.array(z.int()),
  })
  .nullable()

const alternativeSchema = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).openapi({ description: 'UTF-8 bytes, which may be a part of a character.' }),
})

const tokenLogprobSchema = alternativeSchema.extend({ top_logprobs: z.array(alternativeSchema) })

const logprobsSchema = z.object({ content: z.array(tokenLogprobSchema), refusal: z.null() }).nullable()

/** OpenAI's usage sums over all choices; an evaluation with several samples a row wants to know each. */
const completionTokensSchema = z
  .int()
  .openapi({ description: "Tokens of this choice, its end-of-turn token included; an extension of OpenAI's format." })

const usageSchema = z
  .object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
  .openapi('Usage')

const headFields = {
  id: z.string(),
  created: z.int().openapi({ description: 'Unix time, seconds.' }),
  model: z.string(),
}

/** Answer of POST /v1/chat/completions without `stream`. */
export const chatCompletionSchema = z
  .object({
    ...headFields,
    object: z.literal('chat.completion'),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          tool_calls: z.array(toolCallSchema).optional(),
        }),
        logprobs: logprobsSchema,
        finish_reason: chatFinishReasonSchema,
        completion_tokens: completionTokensSchema,
      }),
    ),
    usage: usageSchema,
  })
  .openapi('ChatCompletion')

/** One event of a streamed chat completion. */
export const chatChunkSchema = z
  .object({
    ...headFields,
    object: z.literal('chat.completion.chunk'),
    choices: z.array(
      z.object({
        index: z.int(),
        delta: z.object({
          role: z.literal('assistant').optional(),
          content: z.string().optional(),
          tool_calls: z.array(toolCallSchema.extend({ index: z.int() })).optional(),
        }),
        logprobs: logprobsSchema,
        finish_reason: chatFinishReasonSchema.nullable(),
      }),
    ),
    usage: usageSchema.nullish(),
  })
  .openapi('ChatCompletionChunk')

/** Answer of POST /v1/completions, and one event of it when streamed. */
export const completionSchema = z
  .object({
    ...headFields,
    object: z.literal('text_completion'),
    choices: z.array(
      z.object({
        index: z.int(),
        text: z.string(),
        logprobs: textLogprobsSchema,
        finish_reason: finishReasonSchema.nullable(),
        completion_tokens: completionTokensSchema.optional(),
      }),
    ),
    usage: usageSchema.nullish(),
  })
  .openapi('Completion')

/** One served model. */
export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.string(),
    max_model_len: z.int().openapi({ description: 'Context length, tokens.' }),
  })
  .openapi('Model')

/** Answer of GET /v1/models. */
export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) }).openapi('ModelList')

/** Answer of GET /health. */
export const healthSchema = z
  .object({
    status: z.enum(['starting', 'ready', 'draining', 'failed']),
    model: z.string(),
    pid: z.int(),
    peakRssMb: z.number(),
  })
  .openapi('Health')

/** Body of every failed request. */
export const errorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .openapi('Error')

export type TokenLogprob = z.infer<typeof tokenLogprobSchema>
export type TextLogprobs = NonNullable<z.infer<typeof textLogprobsSchema>>
export type Usage = z.infer<typeof usageSchema>
export type Health = z.infer<typeof healthSchema>
