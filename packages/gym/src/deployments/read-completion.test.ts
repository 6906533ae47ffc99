import { describe, expect, it } from 'vitest'
import { chatCompletion, readCompletion, textCompletion } from './read-completion.js'

const message = { role: 'assistant', content: 'old pond' }
const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
const chat = (body: unknown) => readCompletion(JSON.stringify(body), chatCompletion)

describe('readCompletion', () => {
  it('reads the choices in the order of their index, and what it needs of the rest', () => {
    const choices = [
      { index: 1, message: { ...message, content: 'b' }, finish_reason: 'length', logprobs: null },
      { index: 0, message: { ...message, content: 'a' }, finish_reason: 'content_filter' },
    ]
    expect(chat({ id: 'x', choices, usage })).toEqual({
      text: 'a',
      finishReason: 'stop',
      choices: [
        { text: 'a', finishReason: 'stop' },
        { text: 'b', finishReason: 'length' },
      ],
      usage: { promptTokens: 3, completionTokens: 4 },
    })
    expect(readCompletion('{"choices":[{"text":" pond"}]}', textCompletion)).toEqual({
      text: ' pond',
      finishReason: 'stop',
      choices: [{ text: ' pond', finishReason: 'stop' }],
      usage: { promptTokens: 0, completionTokens: 0 },
    })
  })

  it('reads the tokens of each choice where the endpoint tells them apart, as the built-in engine does', () => {
    const choices = [4, 3].map((completion_tokens, index) => ({ index, message, completion_tokens }))
    expect(chat({ choices, usage }).choices.map(({ completionTokens }) => completionTokens)).toEqual([4, 3])
    const broken = [{ message, completion_tokens: 0.5 }]
    expect(() => chat({ choices: broken, usage })).toThrow('completion_tokens must be a whole number')
  })

  it('takes a message without content as an empty text, and no usage as zero tokens', () => {
    for (const content of [null, undefined, '']) {
      const read = chat({ choices: [{ message: { ...message, content }, finish_reason: null }], usage: null })
      expect(read).toMatchObject({ text: '', usage: { promptTokens: 0, completionTokens: 0 } })
    }
  })

  it.each([
    ['an array', [], 'body must be an object'],
    ['null', null, 'body must be an object'],
    ['an error', { error: { message: 'no' } }, 'choices must be an array'],
    ['no choice', { choices: [] }, 'choices must not be empty'],
    ['a choice that is none', { choices: [null] }, 'choice must be an object'],
    ['a choice without a message', { choices: [{ text: 'old pond' }] }, 'message must be an object'],
    ['content in parts', { choices: [{ message: { content: [{ type: 'text' }] } }] }, 'content must be a text'],
    ['an index that is none', { choices: [{ message, index: '0' }] }, 'index must be a whole number'],
    ['a reason that is none', { choices: [{ message, finish_reason: 1 }] }, 'finish_reason must be a text'],
    ['half a usage', { choices: [{ message }], usage: { prompt_tokens: 1 } }, 'completion_tokens must be a whole'],
    ['half a token', { choices: [{ message }], usage: { ...usage, prompt_tokens: 1.5 } }, 'prompt_tokens must be a'],
  ])('refuses %s', (_, body, message) => {
    expect(() => chat(body)).toThrow(message)
  })

  it('refuses what is no JSON, and a chat completion where a plain one was asked for', () => {
    expect(() => readCompletion('hello', chatCompletion)).toThrow(SyntaxError)
    expect(() => readCompletion(JSON.stringify({ choices: [{ message }] }), textCompletion)).toThrow('text must be')
  })
})
