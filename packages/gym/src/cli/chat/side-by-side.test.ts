import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { widthOf } from '../../console/fit-text.js'
import { sideBySide } from './side-by-side.js'

describe('sideBySide', () => {
  it('breaks words that are wider than a column, never inside a character', () => {
    expect(sideBySide('abcdefgh', '池池池', 9)).toEqual(['abc │ 池', 'def │ 池', 'gh  │ 池'])
  })

  it('never writes a line wider than the terminal, and loses nothing but spaces', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '\n', '池', '🌸') })
    fc.assert(
      fc.property(text, text, fc.integer({ min: 10, max: 60 }), (left, right, columns) => {
        const lines = sideBySide(left, right, columns)
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
        const halves = lines.map((line) => line.split('│'))
        const all = (index: number) =>
          halves
            .map((half) => half[index] ?? '')
            .join('')
            .replace(/\s/g, '')
        expect([all(0), all(1)]).toEqual([left.replace(/\s/g, ''), right.replace(/\s/g, '')])
      }),
    )
  })
})
