import { EngineError } from '../errors.js'
import type { ChatMessage, ChatTemplate, ChatTemplateOptions } from './chat-template.js'

/** Token ids of a conversation and which of them the assistant writes. */
export interface EncodedConversation {
  readonly tokenIds: readonly number[]
  /** One place for each token: true for an assistant's turn up to and including its end-of-turn token. */
  readonly isAssistant: readonly boolean[]
}

/** What `encodeConversation` needs of a tokenizer. */
export interface ConversationEncoder {
  readonly encode: (text: string) => number[]
  readonly applyChatTemplate: ChatTemplate
  /** Texts of the tokens that end a turn. */
  readonly eosTexts: readonly string[]
}

/** What a conversation to train on is rendered with. */
export type ConversationOptions = Omit<ChatTemplateOptions, 'addGenerationPrompt'>

/**
 * Encodes a conversation and marks the tokens that the assistant has to write. Each turn is found by rendering the
 * messages before it with a generation prompt, then with it. A prompt is encoded by itself, as it is when sampling,
 * so a turn starts on a token's border even where the whole text would merge across it.
 *
 * Throws `bad-request` where the template renders a turn differently once later messages follow (Qwen3 drops the
 * thinking of earlier turns): no prefix marks its tokens then.
 */
export function encodeConversation(
  tokenizer: ConversationEncoder,
  messages: readonly ChatMessage[],
  options: ConversationOptions = {},
): EncodedConversation {
  const render = (count: number, addGenerationPrompt: boolean) =>
    tokenizer.applyChatTemplate(messages.slice(0, count), { ...options, addGenerationPrompt })
  const text = render(messages.length, false)
  const tokenIds: number[] = []
  const isAssistant: boolean[] = []
  const add = (segment: string, isTrained: boolean) => {
    for (const id of tokenizer.encode(segment)) {
      tokenIds.push(id)
      isAssistant.push(isTrained)
    }
  }
  let done = 0
  messages.forEach(({ role }, index) => {
    if (role !== 'assistant') return
    const prompt = render(index, true)
    const turn = upToEndOfTurn(render(index + 1, false), prompt.length, tokenizer.eosTexts)
    if (prompt.length < done || !turn.startsWith(prompt) || !text.startsWith(turn)) throw notAPrefix(index, messages)
    add(text.slice(done, prompt.length), false)
    add(text.slice(prompt.length, turn.length), true)
    done = turn.length
  })
  add(text.slice(done), false)
  return { tokenIds, isAssistant }
}

/** Cuts what a template writes behind the end-of-turn token (a newline, mostly): nobody samples it. */
function upToEndOfTurn(rendered: string, from: number, eosTexts: readonly string[]): string {
  const ends = eosTexts.map((eos) => {
    const at = rendered.lastIndexOf(eos)
    return at < from ? -1 : at + eos.length
  })
  const end = Math.max(-1, ...ends)
  return end === -1 ? rendered : rendered.slice(0, end)
}

function notAPrefix(index: number, messages: readonly ChatMessage[]): EngineError {
  const isLast = index === messages.length - 1
  const why = isLast ? 'is not a continuation of its generation prompt' : 'changes when later messages follow'
  const shown = JSON.stringify(messages[index]?.content)?.slice(0, 60)
  return new EngineError(
    'bad-request',
    `the assistant's turn in message ${index} (${shown}) ${why}, so its tokens cannot be marked; train on one assistant turn a row, as the last message, with the template options used for sampling`,
  )
}
