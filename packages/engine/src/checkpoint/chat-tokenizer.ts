import { basename, join } from 'node:path'
import { EngineError } from '../errors.js'
import { type ChatMessage, type ChatTemplate, type ChatTemplateOptions, compileChatTemplate } from './chat-template.js'
import { type ConversationOptions, type EncodedConversation, encodeConversation } from './encode-conversation.js'
import { readEosTokenIds } from './eos-token-ids.js'
import { readChatTemplates } from './read-chat-templates.js'
import { type JsonObject, readJsonObject, readRequiredJsonObject } from './read-json-object.js'
import { namedSpecialTokens } from './special-tokens.js'
import type { StreamDecoder } from './token-decoder.js'
import { createVocabulary, type Vocabulary } from './vocabulary.js'

/** How ids become text. */
export interface DecodeOptions {
  /** Leaves special tokens (end of turn, padding, ...) out of the text. Default false. */
  readonly skipSpecialTokens?: boolean | undefined
}

/** Translates between text, chat messages and token ids. */
export interface ChatTokenizer {
  /** One above the largest id. A model's embedding may have more rows, for padding. */
  readonly vocabSize: number
  /** Id and text of every special token. */
  readonly specialTokens: ReadonlyMap<number, string>
  readonly specialTokenIds: readonly number[]
  /** Ids that end an assistant's turn: the model's `eos_token_id` and the tokenizer's `eos_token`. */
  readonly eosTokenIds: readonly number[]
  readonly hasChatTemplate: boolean
  /** Encodes text as it is: special tokens written in it are recognised, none is added. */
  encode(text: string): number[]
  /** Decodes ids exactly, without cleaning up spaces. */
  decode(ids: readonly number[], options?: DecodeOptions): string
  /** Starts decoding ids as they are sampled. */
  streamDecoder(options?: DecodeOptions): StreamDecoder
  /** Bytes of one token, of which a character may need several tokens; empty for an unknown id. */
  tokenBytes(id: number): Uint8Array
  /** Renders messages as text. Throws `bad-request` when there is no template or it refuses the messages. */
  applyChatTemplate(messages: readonly ChatMessage[], options?: ChatTemplateOptions): string
  /** Renders messages and encodes the text; the template is the only source of special tokens. */
  encodeChat(messages: readonly ChatMessage[], options?: ChatTemplateOptions): number[]
  /** Encodes a conversation to train on, with the assistant's tokens marked. See `encodeConversation`. */
  encodeConversation(messages: readonly ChatMessage[], options?: ConversationOptions): EncodedConversation
}

/** What the tokenizer takes from the outside world. */
export interface ChatTokenizerOptions {
  /** Clock behind a template's `strftime_now`. Default: this machine's. */
  readonly now?: (() => Date) | undefined
}

/**
 * Loads tokenizer.json, tokenizer_config.json and the chat template of a Hugging Face folder.
 * Throws `bad-checkpoint` for files that are missing or damaged, `unsupported-model` for other kinds of tokenizer.
 */
export async function loadChatTokenizer(folder: string, options: ChatTokenizerOptions = {}): Promise<ChatTokenizer> {
  const file = join(folder, 'tokenizer.json')
  const json = await readRequiredJsonObject(file)
  const config = (await readJsonObject(join(folder, 'tokenizer_config.json'))) ?? {}
  const { byName, additional } = namedSpecialTokens(
    config,
    (await readJsonObject(join(folder, 'special_tokens_map.json'))) ?? {},
  )
  const vocabulary = createVocabulary(file, json, { ...config, ...byName, additional_special_tokens: additional })
  const specialTokens = specialTokensOf(vocabulary, new Set([...Object.values(byName), ...additional]))
  const all = vocabulary.decoderWithout(new Set())
  const withoutSpecial = vocabulary.decoderWithout(new Set(specialTokens.keys()))
  const decoderFor = (decodeOptions?: DecodeOptions) => (decodeOptions?.skipSpecialTokens ? withoutSpecial : all)

  const eosTokenIds = await eosTokenIdsOf(folder, vocabulary, byName.eos_token)
  const eosTexts = eosTokenIds.map(vocabulary.textOf).filter((text) => text !== undefined)
  const chatTemplate = await loadChatTemplate(folder, config, byName, options.now ?? (() => new Date()))
  const applyChatTemplate: ChatTemplate = (messages, templateOptions) => {
    if (chatTemplate) return chatTemplate(messages, templateOptions)
    throw new EngineError(
      'bad-request',
      `the tokenizer of "${basename(folder)}" has no chat template; use an instruction-tuned model or add a chat_template.jinja to its folder`,
    )
  }
  const { encode } = vocabulary
  return {
    vocabSize: vocabulary.size,
    specialTokens,
    specialTokenIds: [...specialTokens.keys()],
    eosTokenIds,
    hasChatTemplate: chatTemplate !== null,
    encode,
    decode: (ids, decodeOptions) => decoderFor(decodeOptions).decode(ids),
    streamDecoder: (decodeOptions) => decoderFor(decodeOptions).stream(),
    tokenBytes: (id) => vocabulary.bytesOf(id) ?? new Uint8Array(0),
    applyChatTemplate,
    encodeChat: (messages, templateOptions) => encode(applyChatTemplate(messages, templateOptions)),
    encodeConversation: (messages, conversationOptions) =>
      encodeConversation({ encode, applyChatTemplate, eosTexts }, messages, conversationOptions),
  }
}

/** Those that tokenizer.json flags as special, and those that tokenizer_config.json names as such. */
function specialTokensOf(vocabulary: Vocabulary, named: ReadonlySet<string>): Map<number, string> {
  const tokens = new Map<number, string>()
  for (const [id, { content, special }] of vocabulary.addedTokens) if (special) tokens.set(id, content)
  for (const text of named) {
    const id = vocabulary.idOf(text)
    if (id !== undefined) tokens.set(id, text)
  }
  return tokens
}

async function eosTokenIdsOf(folder: string, vocabulary: Vocabulary, eosToken: string | undefined): Promise<number[]> {
  const config = await readJsonObject(join(folder, 'config.json'))
  const generationConfig = await readJsonObject(join(folder, 'generation_config.json'))
  const ids = readEosTokenIds(folder, config, generationConfig, Number.MAX_SAFE_INTEGER)
  const tokenizerId = eosToken === undefined ? undefined : vocabulary.idOf(eosToken)
  return [...new Set(tokenizerId === undefined ? ids : [...ids, tokenizerId])]
}

/** The template for a call: "tool_use" when there are tools and the model has one, else "default". */
async function loadChatTemplate(
  folder: string,
  config: JsonObject,
  specialTokens: Readonly<Record<string, string>>,
  now: () => Date,
): Promise<ChatTemplate | null> {
  const texts = await readChatTemplates(folder, config)
  const compile = (name: string) => {
    const text = texts.get(name)
    return text === undefined ? null : compileChatTemplate(text, { source: basename(folder), specialTokens, now })
  }
  const [forText, forTools] = [compile('default'), compile('tool_use')]
  if (!forText) return forTools
  return (messages, options) => (options?.tools && forTools ? forTools : forText)(messages, options)
}
