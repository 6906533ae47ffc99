import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableLines, printableVerse } from './printable.js'

describe('printing text a model wrote', () => {
  it('writes terminal escapes, bells and line breaks out instead of obeying them', () => {
    expect(printable('\u001b[31mred\u001b]0;title\u0007\r\nnext\u009b2J')).toBe(
      '\\e[31mred\\e]0;title\\x07\\r\\nnext\\x9b2J',
    )
  })

  it('writes bidirectional overrides, line separators and lone surrogates out', () => {
    expect(printable('a\u202eb\u2066c\u2028d\ud800e')).toBe('a\\u202eb\\u2066c\\u2028d\\ud800e')
  })

  it('leaves emoji, accents and CJK as they are', () => {
    expect(printable('é 春の海 👩‍👩‍👧 🌸')).toBe('é 春の海 👩‍👩‍👧 🌸')
  })

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff)), (codes) => {
        const text = String.fromCharCode(...codes)
        expect(printable(text)).not.toMatch(/\p{Cc}|\p{Cs}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('keeps the lines of a block and the escapes inside them visible', () => {
    expect(printableLines('old pond\r\n\ta frog\n\u001b[2J')).toEqual(['old pond', '  a frog', '\\e[2J'])
  })

  it('quotes a poem on one line', () => {
    expect(printableVerse('\n old pond \n\na frog leaps in\nsplash\n')).toBe('old pond / a frog leaps in / splash')
  })
})
