import { expect, it } from 'vitest'
import { diversityOf } from './diversity.js'

it('counts distinct word pairs inside each text, whatever their case', () => {
  // Pairs: "the old", "old pond", "the old", "old frog"; never "pond the" across texts.
  expect(diversityOf(['The old pond', 'the old frog']).distinct2).toBe(3 / 4)
})

it("keeps apostrophes inside words, so that don't is one word", () => {
  expect(diversityOf(["don't go", "don't go"]).distinct2).toBe(1 / 2)
})

it('finds a line locked at one place only, and gives its share of all texts', () => {
  const texts = ['a\nsame\nb', 'c\nsame\nd', 'e\nsame\nf', 'same\ng\nh', 'not three lines']
  expect(diversityOf(texts).topLine).toEqual({ text: 'same', share: 3 / 5 })
})

it('looks only at texts with the commonest number of lines', () => {
  expect(diversityOf(['x\ny', 'p\nq\nr', 'p\ns\nt', 'u\nv\nw']).topLine).toEqual({ text: 'p', share: 2 / 4 })
})

it('gives the share of distinct texts', () => {
  expect(diversityOf(['a b', 'a b', 'c d', 'e f']).uniqueShare).toBe(3 / 4)
})

it('is all zeros without texts', () => {
  expect(diversityOf([])).toEqual({ distinct2: 0, topLine: { text: '', share: 0 }, uniqueShare: 0 })
})
