import type { ChatTokenizer } from '@training-gym/engine'
import type { Message } from '../trip.js'

export interface PromptRendering {
  readonly appliesChatTemplate: boolean
  readonly chatTemplateKwargs: Readonly<Record<string, unknown>>
}

/** Writes messages as the text of a prompt, the way the server does: by the chat template, or plainly without one. */
export function promptText(
  tokenizer: ChatTokenizer,
  messages: readonly Message[],
  { appliesChatTemplate, chatTemplateKwargs: kwargs }: PromptRendering,
): string {
  if (!appliesChatTemplate) return messages.map((message) => message.content).join('')
  return tokenizer.applyChatTemplate(messages, { addGenerationPrompt: true, kwargs })
}

/** Turns messages into a prompt. */
export function promptTokenIds(
  tokenizer: ChatTokenizer,
  messages: readonly Message[],
  rendering: PromptRendering,
): number[] {
  return tokenizer.encode(promptText(tokenizer, messages, rendering))
}
