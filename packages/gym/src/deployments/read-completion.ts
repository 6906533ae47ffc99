import { isRecord } from '../is-record.js'
import type { Generation, GenerationChoice } from './model-deployment.js'

type Fields = Readonly<Record<string, unknown>>

/** One of the two ways to ask for a completion: where, what it is called, and where the text of a choice stands. */
export interface CompletionKind {
  readonly path: string
  readonly noun: string
  /** Throws a TypeError when there is none. */
  readonly textOf: (choice: Fields) => string
}

/** Through the chat template. A message without content, e.g. with tool calls only, is an empty text. */
export const chatCompletion: CompletionKind = {
  path: 'chat/completions',
  noun: 'a chat completion',
  textOf: ({ message }) => {
    const { content } = fieldsOf(message, 'message')
    return content === null || content === undefined ? '' : textIn(content, 'content')
  },
}

/** With the text as it is. */
export const textCompletion: CompletionKind = {
  path: 'completions',
  noun: 'a completion',
  textOf: ({ text }) => textIn(text, 'text'),
}

/**
 * Reads the body of a completion, its choices in the order of their index; no usage counts as zero tokens. Throws a
 * SyntaxError or a TypeError that names the field that is wrong. Field by field: a schema costs several per
 * cent of a request.
 */
export function readCompletion(body: string, { textOf }: CompletionKind): Generation {
  const { choices: given, usage } = fieldsOf(JSON.parse(body), 'body')
  if (!Array.isArray(given)) throw new TypeError('choices must be an array')
  const read = given.map((each: unknown) => {
    const choice = fieldsOf(each, 'choice')
    const index = choice.index === undefined ? 0 : wholeIn(choice.index, 'index')
    return { index, text: textOf(choice), finishReason: finishOf(choice), ...ownTokensOf(choice) }
  })
  const choices = read.sort((a, b) => a.index - b.index).map(({ index: _, ...choice }): GenerationChoice => choice)
  const [first] = choices
  if (first === undefined) throw new TypeError('choices must not be empty')
  return { text: first.text, finishReason: first.finishReason, choices, usage: usageOf(usage) }
}

function finishOf({ finish_reason }: Fields): GenerationChoice['finishReason'] {
  const reason = finish_reason === null || finish_reason === undefined ? 'stop' : textIn(finish_reason, 'finish_reason')
  return reason === 'length' ? 'length' : 'stop'
}

/** What the built-in engine adds to a choice; others leave it out. */
function ownTokensOf({ completion_tokens }: Fields): Pick<GenerationChoice, 'completionTokens'> {
  return typeof completion_tokens === 'number'
    ? { completionTokens: wholeIn(completion_tokens, 'completion_tokens') }
    : {}
}

function usageOf(usage: unknown): Generation['usage'] {
  if (usage === null || usage === undefined) return { promptTokens: 0, completionTokens: 0 }
  const { prompt_tokens, completion_tokens } = fieldsOf(usage, 'usage')
  return {
    promptTokens: wholeIn(prompt_tokens, 'prompt_tokens'),
    completionTokens: wholeIn(completion_tokens, 'completion_tokens'),
  }
}

function fieldsOf(value: unknown, what: string): Fields {
  if (isRecord(value)) return value
  throw new TypeError(`${what} must be an object`)
}

function textIn(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`${what} must be a text`)
}

function wholeIn(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new TypeError(`${what} must be a whole number`)
}
