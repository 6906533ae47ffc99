import { EngineError } from '@training-gym/engine'
import { isRecord } from '../is-record.js'
import { refusal, withoutPaths } from './openai-error.js'
import type { ChatRequest } from './request-schemas.js'
import type { ServedMessage, ServedTokenizer } from './served-engine.js'

/**
 * Renders the messages and tools of a request with the model's chat template and encodes them.
 *
 * @throws a 400 refusal when the template refuses them, and when it leaves the tools out.
 */
export function encodeMessages(request: ChatRequest, tokenizer: ServedTokenizer): number[] {
  const messages = request.messages.map(servedMessage)
  const tools = request.tools?.length && request.tool_choice !== 'none' ? request.tools : undefined
  const kwargs = request.chat_template_kwargs ?? {}
  try {
    const without = tokenizer.encodeChat(messages, { addGenerationPrompt: true, kwargs })
    if (tools === undefined) return without
    const encoded = tokenizer.encodeChat(messages, { addGenerationPrompt: true, kwargs, tools })
    if (!isSame(encoded, without)) return encoded
  } catch (cause) {
    // Templates refuse by raising, e.g. when roles do not alternate; that is the request's fault.
    if (!(EngineError.is(cause) && cause.code === 'bad-request')) throw cause
    throw refusal(400, { message: withoutPaths(cause.message), param: 'messages', code: 'invalid_value' })
  }
  const message =
    "this model's chat template has no place for tools; leave tools out or serve a model trained with them"
  throw refusal(400, { message, param: 'tools', code: 'unsupported_field' })
}

function servedMessage({ role, content, tool_calls, tool_call_id }: ChatRequest['messages'][number]): ServedMessage {
  return {
    role,
    content: typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n'),
    ...(tool_calls?.length && { tool_calls: tool_calls.map(withObjectArguments) }),
    ...(typeof tool_call_id === 'string' && { tool_call_id }),
  }
}

/** Templates write arguments as JSON themselves; given the text, they would quote it once more. */
function withObjectArguments({
  id,
  type,
  function: { name, arguments: text },
}: NonNullable<ChatRequest['messages'][number]['tool_calls']>[number]): object {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    given = null
  }
  if (isRecord(given)) {
    return { id, type, function: { name, arguments: given } }
  }
  const message = `the arguments of tool call "${id.slice(0, 60)}" are not a JSON object; send them as they came`
  throw refusal(400, { message, param: 'messages', code: 'invalid_value' })
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index])
}
