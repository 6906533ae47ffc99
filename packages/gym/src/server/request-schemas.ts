import { z } from '@hono/zod-openapi'

const contentSchema = z.union([
  z.string(),
  z.array(z.strictObject({ type: z.literal('text'), text: z.string() })).min(1),
])

/** What OpenAI's own clients add to an answer, from its text; they send it back with the message. */
const parsedByClient = z.unknown().optional().openapi({ description: 'Added by clients; not read.' })

const toolCallSchema = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string(), parsed_arguments: parsedByClient }),
  index: z.int().nullish().openapi({ description: 'As a stream numbers its calls; their order is that of the list.' }),
})

/** Fields of an answer, here or elsewhere, that a message may have as long as they say nothing. */
const empty = z.null().optional()

const messageSchema = z
  .strictObject({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: contentSchema.nullish().openapi({
      description: 'A string, or text parts, which are joined by line breaks. Optional beside tool_calls.',
    }),
    tool_calls: z.array(toolCallSchema).nullish(),
    tool_call_id: z.string().nullish(),
    refusal: empty,
    annotations: z.array(z.unknown()).max(0).nullish(),
    audio: empty,
    function_call: empty,
    reasoning: empty,
    reasoning_content: empty,
    parsed: parsedByClient,
  })
  .refine((message) => message.content != null || message.tool_calls?.length, {
    path: ['content'],
    error: 'must be given unless there are tool_calls',
  })
  .openapi('Message')

/** Said of fields that clients send and that ask nothing of the answer. */
const noEffect = 'Has no effect.'

/** The fields that both kinds of completion share; `null` means the same as leaving a field out. */
const samplingFields = {
  model: z.string(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(128).nullish().openapi({ description: 'Samples to draw. Default 1.' }),
  temperature: z.number().min(0).max(2).nullish().openapi({ description: '0 is greedy. Default 1.' }),
  top_p: z.number().gt(0).max(1).nullish().openapi({ description: 'Default 1.' }),
  top_k: z.int().min(-1).nullish().openapi({ description: '0 and -1 keep all tokens. Default 0.' }),
  min_p: z.number().min(0).max(1).nullish().openapi({ description: 'Default 0.' }),
  max_tokens: z.int().min(1).nullish().openapi({
    description: "Tokens to sample at most. Default: the model's max_new_tokens or the rest of its context.",
  }),
  stop: z
    .union([z.string().min(1).max(1000), z.array(z.string().min(1).max(1000)).max(16)])
    .nullish()
    .openapi({ description: 'Text that ends a sample; it is not part of the answer.' }),
  seed: z.int().nullish().openapi({ description: 'Same seed, same answer. Default: drawn by the server.' }),
  presence_penalty: z.number().min(-2).max(2).nullish().openapi({ description: 'Default 0.' }),
  frequency_penalty: z.number().min(-2).max(2).nullish().openapi({ description: 'Default 0.' }),
  user: z.string().nullish().openapi({ description: noEffect }),
}

const toolSchema = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"'),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish().openapi({ description: 'What is not a call that follows `parameters` stays text.' }),
  }),
})

const responseFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().min(1).max(64),
      description: z.string().optional(),
      strict: z.boolean().nullish().openapi({ description: 'The schema is always followed exactly.' }),
      schema: z.unknown(),
    }),
  }),
])

/** Body of POST /v1/chat/completions. */
export const chatRequestSchema = z
  .strictObject({
    ...samplingFields,
    messages: z.array(messageSchema).min(1),
    max_completion_tokens: z.int().min(1).nullish().openapi({ description: 'The newer name of max_tokens.' }),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).nullish().openapi({ description: 'Needs logprobs.' }),
    response_format: responseFormatSchema.nullish().openapi({
      description: 'JSON by constrained decoding; members come in the order of `properties`.',
    }),
    tools: z.array(toolSchema).max(128).nullish().openapi({ description: 'Functions that the model may call.' }),
    tool_choice: z
      .union([
        z.enum(['auto', 'none', 'required']),
        z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
      ])
      .nullish()
      .openapi({ description: 'Default auto; `required` or a named function is followed by constrained decoding.' }),
    chat_template_kwargs: z
      .record(z.string(), z.unknown())
      .nullish()
      .openapi({ description: 'Variables of the chat template, e.g. {"enable_thinking": false}.' }),
    parallel_tool_calls: z.literal(true).nullish().openapi({ description: 'Calls are never limited to one.' }),
    store: z.literal(false).nullish().openapi({ description: 'No answer is kept.' }),
    service_tier: z.enum(['auto', 'default']).nullish().openapi({ description: noEffect }),
    metadata: z.record(z.string(), z.string()).nullish().openapi({ description: noEffect }),
    safety_identifier: z.string().nullish().openapi({ description: noEffect }),
    prompt_cache_key: z.string().nullish().openapi({ description: noEffect }),
  })
  .openapi('ChatCompletionRequest')

/** Body of POST /v1/completions. */
export const completionRequestSchema = z
  .strictObject({
    ...samplingFields,
    logprobs: z.int().min(0).max(20).nullish().openapi({ description: 'Alternatives to report beside each token.' }),
    prompt: z
      .union([z.string(), z.array(z.int().min(0))])
      .openapi({ description: 'Text, or token ids; no chat template is applied.' }),
  })
  .openapi('CompletionRequest')

export type ChatRequest = z.infer<typeof chatRequestSchema>
export type CompletionRequest = z.infer<typeof completionRequestSchema>
/** The sampling fields of either request. */
export type SamplingFields = Omit<CompletionRequest, 'prompt' | 'logprobs'>
