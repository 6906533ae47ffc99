import { describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import type { DatasetRow } from '../trip.js'
import { rowMessages } from './row-messages.js'

const row: DatasetRow = {
  index: 4,
  input: 'old pond',
  columns: { keywords: 'old pond', mood: 'calm', year: 1686, tags: ['a'], none: null, 'two words': 'x' },
}

const content = (promptTemplate: string) => rowMessages(row, { promptTemplate }).at(-1)?.content

describe('rowMessages', () => {
  it('puts the system prompt first, and leaves it out when empty', () => {
    expect(rowMessages(row, { systemPrompt: 'Be {brief}.', promptTemplate: 'On {input}.' })).toEqual([
      { role: 'system', content: 'Be {brief}.' },
      { role: 'user', content: 'On old pond.' },
    ])
    expect(rowMessages(row, { systemPrompt: '' })).toEqual([{ role: 'user', content: 'old pond' }])
  })

  it.each([
    ['{input}, {mood}, {year}', 'old pond, calm, 1686'],
    ['{two words}', 'x'],
    ['{ mood }', 'calm'],
    ['{{input}} {{{mood}}}', '{input} {calm}'],
    ['{tags}|{none}', '["a"]|'],
    ['plain', 'plain'],
    ['', ''],
  ])('fills %s', (template, filled) => {
    expect(content(template)).toBe(filled)
  })

  it('takes the row input for {input} even beside a column of that name', () => {
    const both = { index: 0, input: 'chosen', columns: { input: 'other', q: 'chosen' } }
    expect(rowMessages(both, {})).toEqual([{ role: 'user', content: 'chosen' }])
  })

  it.each([
    ['{keyword}', 'promptTemplate "{keyword}" names {keyword}, which the row does not have; did you mean {keywords}?'],
    [
      '{}',
      'promptTemplate "{}" names {}, which the row does not have; the row has {keywords}, {mood}, {year}, {tags}, {none}, {two words}, {input}',
    ],
    ['a { b', 'promptTemplate "a { b" has a "{" without its partner; write "{{" for a brace'],
    ['a } b', 'promptTemplate "a } b" has a "}" without its partner; write "}}" for a brace'],
  ])('refuses %s', (template, message) => {
    expect(() => content(template)).toThrow(expect.objectContaining({ boundary: 'config', message }))
  })

  it('does not take names that every object inherits for columns', () => {
    expect(() => content('{toString}')).toThrow(GymError)
  })

  it('uses given messages as they are, from a list or its JSON text', () => {
    const given = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
    ]
    for (const chat of [given, JSON.stringify(given)]) {
      const made = rowMessages({ index: 0, input: 'u', columns: { chat } }, { messagesColumn: 'chat' })
      expect(made).toEqual(given)
    }
  })

  it.each([
    [[{ role: 'bot', content: 'x' }], 'at 0.role'],
    [[{ role: 'user' }], 'at 0.content'],
    [[], 'row 0 has no usable messages in column "chat"'],
    ['hello', 'row 0 has no usable messages in column "chat": "hello"'],
    [null, 'row 0 has no usable messages in column "chat": null'],
  ])('refuses the messages %j', (chat, part) => {
    const make = () => rowMessages({ index: 0, input: '', columns: { chat } }, { messagesColumn: 'chat' })
    expect(make).toThrow(expect.objectContaining({ boundary: 'data', code: 'bad-messages' }))
    expect(make).toThrow(part)
  })
})
