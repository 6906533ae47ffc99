import type { ChatTokenizer } from '@training-gym/engine'
import type { Message } from '../trip.js'

/** Turns messages into a prompt, the way the server does: by the chat template, or as plain text without one. */
export function promptTokenIds(
  tokenizer: ChatTokenizer,
  messages: readonly Message[],
  options: { readonly appliesChatTemplate: boolean; readonly chatTemplateKwargs: Readonly<Record<string, unknown>> },
): number[] {
  if (!options.appliesChatTemplate) return tokenizer.encode(messages.map((message) => message.content).join(''))
  return tokenizer.encodeChat(messages, { addGenerationPrompt: true, kwargs: options.chatTemplateKwargs })
}
