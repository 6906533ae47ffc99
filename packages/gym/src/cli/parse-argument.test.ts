import { describe, expect, it } from 'vitest'
import { parseCount, parseFolder, parseNumber, parsePort, parseWholeNumber } from './parse-argument.js'

describe('arguments of the command line', () => {
  it('are read where they are what is asked for', () => {
    expect([parseWholeNumber('0'), parseCount('12'), parsePort('65535'), parseNumber('-1.5e-4')]).toEqual([
      0, 12, 65_535, -1.5e-4,
    ])
    expect(parseFolder('a folder')).toBe('a folder')
  })

  it.each([
    [parseWholeNumber, ['-1', '1.5', 'abc', '', '1e3'], 'It must be a whole number, 0 or more.'],
    [parseCount, ['-1', '0', '1.5', 'abc', ''], 'It must be a whole number, 1 or more.'],
    [parsePort, ['-1', '65536', 'abc', ''], 'It must be a port, 0 to 65535.'],
    [parseNumber, ['', ' ', 'abc', 'Infinity'], 'It must be a number.'],
    [parseFolder, ['', ' '], 'It must be the name of a folder; . is this one.'],
  ])('are refused with one and the same sentence, whatever is wrong with them', (parse, texts, sentence) => {
    for (const text of texts) expect(() => parse(text)).toThrow(sentence)
  })
})
