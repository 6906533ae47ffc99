import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createToolCallCutter } from './tool-call-cutter.js'

function cut(pieces: readonly string[]) {
  const cutter = createToolCallCutter()
  const out = [...pieces.map((piece) => cutter.push(piece)), cutter.end()]
  return { text: out.map((piece) => piece.text).join(''), calls: out.flatMap((piece) => piece.calls) }
}

const call = (name: string, given: object) => `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`

describe('createToolCallCutter', () => {
  it.each([
    ['one call', call('rain', { a: 1 }), '', ['rain']],
    ['text before calls', `Let me look.\n${call('a', {})}\n${call('b', {})}`, 'Let me look.', ['a', 'b']],
    ['text after a call', `${call('a', {})}\n\ndone `, 'done ', ['a']],
    ['no call', 'old pond\n<tool', 'old pond\n<tool', []],
    ['broken JSON', '<tool_call>{"name":</tool_call>!', '<tool_call>{"name":</tool_call>!', []],
    ['a call that was cut off', 'x <tool_call>{"name": "a"', 'x <tool_call>{"name": "a"', []],
    ['arguments that are no object', '<tool_call>{"name":"a","arguments":[1]}</tool_call>', undefined, []],
  ])('reads %s', (_, text, shown, names) => {
    const result = cut([text])
    expect(result.text).toBe(shown ?? text)
    expect(result.calls.map(({ name }) => name)).toEqual(names)
  })

  it('finds the same however the text is broken into pieces', () => {
    const texts = fc.array(
      fc.oneof(
        fc.constantFrom(' ', '\n', 'old ', '<', '<tool_call>', '</tool_call>', call('a', {}), call('b', { x: '<' })),
        fc.string({ maxLength: 3 }),
      ),
    )
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 9 })), (parts, widths) => {
        const text = parts.join('')
        const pieces: string[] = []
        let at = 0
        for (const width of widths) {
          pieces.push(text.slice(at, at + width))
          at += width
        }
        expect(cut([...pieces, text.slice(at)])).toEqual(cut([text]))
      }),
    )
  })

  it('shows text as soon as it can no longer be a call', () => {
    const cutter = createToolCallCutter()
    expect(['old', ' pond', '<to', 'ad>'].map((piece) => cutter.push(piece).text)).toEqual([
      'old',
      ' pond',
      '',
      '<toad>',
    ])
  })
})
