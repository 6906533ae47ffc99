import fc from 'fast-check'

/** One request as it goes over the wire. */
export interface FuzzedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

const anything = fc.oneof(
  fc.anything({ maxDepth: 2, maxKeys: 3 }).map((value) => (typeof value === 'bigint' ? String(value) : value)),
  fc.constantFrom(null, -1, 0, 1e308, Number.MAX_SAFE_INTEGER, '', 'x'.repeat(3000), [], {}, [[]], '\ud800', '\u0000'),
)

const schema = fc.oneof(
  fc.constantFrom(
    {},
    true,
    { type: 'integer', minimum: 3, maximum: 4 },
    { enum: ['a', 1, null] },
    { const: { a: [] } },
  ),
  fc.record(
    {
      type: fc.constantFrom('object', 'array', 'string', 'integer', 'blob', ['null', 'string']),
      properties: fc.oneof(fc.dictionary(fc.string({ maxLength: 4 }), fc.constant({ type: 'null' })), anything),
      required: fc.oneof(fc.constant([]), anything),
      items: fc.oneof(fc.constant({ type: 'boolean' }), anything),
      minItems: fc.oneof(fc.nat({ max: 4 }), anything),
      maxLength: fc.oneof(fc.nat({ max: 9 }), anything),
      $ref: fc.constantFrom('#', '#/$defs/a', 7),
      pattern: fc.constant('('),
    },
    { requiredKeys: [] },
  ),
)

/** Values that a field may really have, so that requests get past the first check. */
const fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  model: fc.constantFrom('tiny', 'tiny', 'tiny', 'other'),
  messages: fc.array(
    fc.record(
      {
        role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
        content: fc.oneof(
          fc.string(),
          fc.constantFrom(null, '<|im_end|>', 'hi'),
          fc.array(fc.constant({ type: 'text', text: 'a' })),
        ),
        tool_call_id: fc.constant('c'),
        tool_calls: fc.constant([{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]),
      },
      { requiredKeys: ['role', 'content'] },
    ),
    { minLength: 1, maxLength: 3 },
  ),
  prompt: fc.oneof(fc.string(), fc.array(fc.nat({ max: 5000 }), { maxLength: 8 })),
  stream: fc.boolean(),
  stream_options: fc.constantFrom({ include_usage: true }, {}, null),
  n: fc.integer({ min: 1, max: 3 }),
  temperature: fc.double({ min: 0, max: 2, noNaN: true }),
  top_p: fc.double({ min: 0.01, max: 1, noNaN: true }),
  top_k: fc.integer({ min: -1, max: 50 }),
  min_p: fc.double({ min: 0, max: 1, noNaN: true }),
  max_tokens: fc.integer({ min: 1, max: 6 }),
  max_completion_tokens: fc.integer({ min: 1, max: 6 }),
  stop: fc.oneof(fc.string({ minLength: 1, maxLength: 3 }), fc.array(fc.string({ minLength: 1 }), { maxLength: 3 })),
  seed: fc.integer(),
  logprobs: fc.oneof(fc.boolean(), fc.nat({ max: 5 })),
  top_logprobs: fc.nat({ max: 5 }),
  presence_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
  chat_template_kwargs: fc.constantFrom({}, { enable_thinking: false }, { messages: [] }),
  response_format: fc.oneof(
    fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
    schema.map((value) => ({ type: 'json_schema', json_schema: { name: 'x', schema: value } })),
  ),
  tools: fc.array(
    schema.chain((parameters) =>
      fc
        .constantFrom(true, false, null)
        .map((strict) => ({ type: 'function', function: { name: 'f', parameters, strict } })),
    ),
    { maxLength: 2 },
  ),
  tool_choice: fc.constantFrom('auto', 'none', 'required', { type: 'function', function: { name: 'f' } }),
  user: fc.constantFrom('u', null),
  store: fc.constantFrom(false, true, null),
  service_tier: fc.constantFrom('auto', 'default', 'flex'),
  parallel_tool_calls: fc.boolean(),
  metadata: fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 2 }),
  safety_identifier: fc.string({ maxLength: 4 }),
  prompt_cache_key: fc.string({ maxLength: 4 }),
  [`x${'y'.repeat(8)}`]: fc.constant(1),
}

const chatOnly = [
  'messages',
  'max_completion_tokens',
  'top_logprobs',
  'chat_template_kwargs',
  'response_format',
  'tools',
  'tool_choice',
  'store',
  'service_tier',
  'parallel_tool_calls',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
]

/** A body with some fields right, now and then one wrong, out of place or unknown; `max_tokens` keeps the answers short. */
function bodyOf(path: string): fc.Arbitrary<object> {
  const isChat = path !== '/v1/completions'
  const always = ['model', 'max_tokens', isChat ? 'messages' : 'prompt']
  const usual = Object.keys(fields).filter(
    (name) => !always.includes(name) && (isChat ? name !== 'prompt' : !chatOnly.includes(name)),
  )
  const names = fc.oneof(
    { arbitrary: fc.subarray(usual, { maxLength: 4 }), weight: 10 },
    { arbitrary: fc.subarray(Object.keys(fields), { maxLength: 6 }), weight: 1 },
  )
  return names.chain((chosen) =>
    fc.record(
      Object.fromEntries(
        [...always, ...chosen].map((name) => {
          const right = { arbitrary: fields[name] ?? anything, weight: 30 }
          return [name, fc.oneof(right, { arbitrary: anything, weight: 1 })]
        }),
      ),
    ),
  )
}

const textOf = (path: string) =>
  fc.oneof(
    { arbitrary: bodyOf(path).map((value) => JSON.stringify(value)), weight: 10 },
    // Broken in the middle: cut off, or one character changed.
    {
      arbitrary: fc.tuple(bodyOf(path), fc.nat()).map(([value, at]) => JSON.stringify(value).slice(0, at % 200)),
      weight: 1,
    },
    {
      arbitrary: fc.constantFrom('', 'null', '[]', '"x"', '{"model":"tiny","__proto__":{"n":1}}', '[['.repeat(2000)),
      weight: 1,
    },
    { arbitrary: fc.string(), weight: 1 },
  )

/** Draws requests that are nearly right, so that they reach every layer of the server. */
export function fuzzedRequests(): fc.Arbitrary<FuzzedRequest> {
  const path = fc.oneof(
    { arbitrary: fc.constantFrom('/v1/chat/completions', '/v1/completions'), weight: 12 },
    {
      arbitrary: fc.constantFrom(
        '/v1/models',
        '/v1/models/%ff',
        '/health',
        '/metrics',
        '/nothing',
        '/v1//models',
        '/%00',
      ),
      weight: 1,
    },
  )
  const method = fc.oneof(
    { arbitrary: fc.constant('POST'), weight: 15 },
    { arbitrary: fc.constantFrom('GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'), weight: 1 },
  )
  const type = fc.oneof(
    { arbitrary: fc.constant('application/json'), weight: 15 },
    {
      arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'multipart/form-data', '', 'x/y'),
      weight: 1,
    },
  )
  return fc
    .record({ method, type, sent: path.chain((path) => textOf(path).map((text) => ({ path, text }))) })
    .map(({ method, type, sent }) => ({
      method,
      path: sent.path,
      headers: { 'Content-Type': type },
      body: method === 'GET' ? null : sent.text,
    }))
}

/** Says what is wrong with an answer to any request, null when it is a good one: 2xx or 4xx with a valid body. */
export function wrongWith(status: number, contentType: string, answer: string): string | null {
  if (status >= 200 && status < 300) {
    if (contentType.startsWith('text/event-stream')) {
      const isOver = answer.trimEnd().endsWith('data: [DONE]')
      return isOver || refusalInStream(answer) ? null : `a stream without an end: ${answer.slice(-200)}`
    }
    return contentType.startsWith('text/plain') || isJson(answer) ? null : `not JSON: ${answer.slice(0, 200)}`
  }
  if (status < 400 || status >= 500) return `status ${status}: ${answer.slice(0, 300)}`
  const error = isJson(answer) ? JSON.parse(answer)?.error : undefined
  const isBody = typeof error?.message === 'string' && typeof error.type === 'string' && typeof error.code === 'string'
  return isBody ? null : `status ${status} without an error body: ${answer.slice(0, 200)}`
}

/** A request may turn out to be impossible only in the engine, after the stream has begun. */
function refusalInStream(answer: string): boolean {
  const last = answer.trimEnd().split('\n\n').at(-1)?.replace('data: ', '') ?? ''
  return isJson(last) && JSON.parse(last)?.error?.type === 'invalid_request_error'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
