import { expect, it } from 'vitest'
import { chatRequestSchema } from './chat-forwarding.js'
import { pageQuery } from './paging.js'
import { refusedValue } from './refused-value.js'

const message = { role: 'user', content: 'rain' }
const ofChat = (sent: unknown) => refusedValue(chatRequestSchema.safeParse(sent).error?.issues[0], sent)

it('says for a person which value was refused, and what it must be', () => {
  expect(ofChat({ messages: [message], temperature: 50 })).toBe('temperature must be at most 10, got 50')
  expect(ofChat({ messages: [message], top_p: 0 })).toBe('top_p must be more than 0, got 0')
  expect(ofChat({ messages: [message], max_tokens: 1.5 })).toBe('max_tokens must be a whole number, got 1.5')
  expect(ofChat({ messages: [] })).toBe('messages must not be empty, got []')
  expect(ofChat({ messages: [{ ...message, role: 'wizard' }] })).toBe(
    'messages.0.role must be one of "system", "user", "assistant", got "wizard"',
  )
  expect(ofChat({})).toBe('messages is missing; it must be an array')
  const query = { limit: '0' }
  expect(refusedValue(pageQuery.safeParse(query).error?.issues[0], query)).toBe('limit must be at least 1, got "0"')
})

it('leads to the description of the API where it has no words for what is wrong', () => {
  const issue = { code: 'custom' as const, path: ['seed'], message: 'odd', input: 1 }
  expect(refusedValue(issue, { seed: 1 })).toBe('seed is not valid: odd; see /api/v1/openapi.json')
})
