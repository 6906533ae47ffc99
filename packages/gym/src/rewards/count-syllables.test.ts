import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { countSyllables, isDictionaryWord } from './count-syllables.js'
import { nonEmptyLines, scoreHaiku } from './score-haiku.js'

interface Vector {
  text: string
  score: number
  syllables: number[]
}

const vectors = JSON.parse(readFileSync(new URL('../../fixtures/haiku-vectors.json', import.meta.url), 'utf8')) as {
  rows: Vector[]
}

describe('the haiku rule', () => {
  it('agrees with an independent implementation on 329 texts', () => {
    const ours = vectors.rows.map(({ text }) => ({
      text,
      score: scoreHaiku(text),
      syllables: nonEmptyLines(text).map(countSyllables),
    }))
    expect(ours).toHaveLength(329)
    // toEqual tells 0 from -0.
    expect(ours).toEqual(vectors.rows)
  })

  it('scores -10 for anything but three lines, and -17 at the least for three lines without a word', () => {
    expect(scoreHaiku('one\ntwo')).toBe(-10)
    expect(scoreHaiku('1\n2\n3\n4')).toBe(-10)
    expect(scoreHaiku('...\n...\n...')).toBe(-17)
  })
})

describe('countSyllables', () => {
  it('reads of every plain word what the dictionary package exports', async () => {
    const { dictionary } = await import('cmu-pronouncing-dictionary')
    const wrong: string[] = []
    let compared = 0
    for (const [word, phones] of Object.entries(dictionary)) {
      if (!/^[a-z]+$/.test(word)) continue
      compared++
      const [spoken = ''] = phones.split('#')
      const expected = spoken.split(' ').filter((phone) => /\d$/.test(phone)).length
      if (!isDictionaryWord(word) || countSyllables(word) !== expected) wrong.push(word)
    }
    expect(compared).toBeGreaterThan(117_000)
    expect(wrong).toEqual([])
  })

  it('guesses unknown words by vowel groups, a final e silent, at least one', () => {
    expect(
      ['frobnicate', 'xqe', 'brrr', 'zzyzxae'].map((word) => [isDictionaryWord(word), countSyllables(word)]),
    ).toEqual([
      [false, 3],
      [false, 1],
      [false, 1],
      [false, 1],
    ])
  })
})
