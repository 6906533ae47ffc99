import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinToWidth, padToWidth, truncateToWidth, widthOf, wrapToWidth } from './fit-text.js'

describe('fitting text to columns', () => {
  it('counts CJK and emoji as two columns each', () => {
    expect(['abc', '春', '🌸', '👩‍👩‍👧', 'é'].map(widthOf)).toEqual([3, 2, 2, 2, 1])
  })

  it('cuts between whole characters, so an emoji family is never split', () => {
    expect(truncateToWidth('春夏秋冬', 6)).toBe('春夏…')
    expect(truncateToWidth('a👩‍👩‍👧b', 3)).toBe('a…')
    expect(truncateToWidth('four', 4)).toBe('four')
    expect(truncateToWidth('four', 0)).toBe('')
  })

  it('never exceeds the columns it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
        expect(widthOf(truncateToWidth(text, columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('pads by columns, not by characters', () => {
    expect(padToWidth('春', 4)).toBe('春  ')
    expect(padToWidth('7', 3, 'right')).toBe('  7')
    expect(padToWidth('long', 2)).toBe('long')
  })

  it('breaks lines at spaces and keeps longer words whole', () => {
    expect(wrapToWidth('one two three fourteenletters x', 8)).toEqual(['one two', 'three', 'fourteenletters', 'x'])
    expect(joinToWidth(['a b', 'c d', 'e'], ' · ', 9)).toEqual(['a b · c d', 'e'])
  })
})
