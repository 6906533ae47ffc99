import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStopCutter } from './stop-cutter.js'

function shown(pieces: readonly string[], stopStrings: readonly string[]) {
  const cutter = createStopCutter(stopStrings)
  const out = pieces.map((piece) => cutter.push(piece))
  return { pieces: out, text: out.join('') + cutter.end(), isStopped: cutter.isStopped }
}

/** Few letters, so that stop strings, and their beginnings, really occur. */
const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength })

describe('createStopCutter', () => {
  it('cuts before the stop string however the text is broken into pieces', () => {
    const stops = letters(4).filter((stop) => stop !== '')
    fc.assert(
      fc.property(fc.array(letters(5)), stops, (pieces, stop) => {
        const [before = ''] = pieces.join('').split(stop)
        expect(shown(pieces, [stop])).toMatchObject({ text: before, isStopped: pieces.join('').includes(stop) })
      }),
    )
  })

  it('holds back only what could become a stop string', () => {
    expect(shown(['ab', 'c', 'x', 'abcd', 'e'], ['abcd']).pieces).toEqual(['', '', 'abcx', '', ''])
    expect(shown(['old', ' po', 'nd'], ['\n\n']).pieces).toEqual(['old', ' po', 'nd'])
  })

  it('takes the earliest of several stop strings and shows everything when there is none', () => {
    expect(shown(['one two three'], ['three', 'two'])).toMatchObject({ text: 'one ', isStopped: true })
    expect(shown(['one ', 'two'], [])).toMatchObject({ text: 'one two', isStopped: false })
  })
})
