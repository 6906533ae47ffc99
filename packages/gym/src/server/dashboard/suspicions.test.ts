import { expect, it } from 'vitest'
import { aSample } from './filled-store.test.support.js'
import { suspicionsOf } from './suspicions.js'

const marksOf = (samples: ReturnType<typeof aSample>[]) => [...suspicionsOf(samples).values()]
const prompt = (topic: string) => ({ input: `Write a poem about ${topic}.` })

it('marks what is far longer than the rest, repeated, cut off or without a score', () => {
  const ids = (length: number) => Array.from({ length }, (_, index) => index)
  expect(
    marksOf([
      aSample(0, 0, { tokenIds: ids(10), response: 'a' }),
      aSample(0, 1, { tokenIds: ids(21), response: 'b', finishReason: 'length' }),
      aSample(0, 2, { tokenIds: ids(9), response: 'c', score: null }),
      aSample(1, 0, { tokenIds: ids(10), response: 'd' }),
      aSample(1, 1, { tokenIds: ids(10), response: 'd' }),
    ]),
  ).toEqual([[], ['long', 'cut-off'], ['unscorable'], ['duplicate'], ['duplicate']])
})

it('marks a top score whose text has no word of its own topic, whatever the template says', () => {
  const samples = [
    aSample(0, 0, { ...prompt('autumn rain'), response: 'I write a poem, a poem, a poem', score: 9 }),
    aSample(1, 0, { ...prompt('the moon'), response: 'old frogs', score: 0 }),
    aSample(2, 0, { ...prompt('winter crows'), response: 'Crowsfeet in the snow', score: 9 }),
    aSample(3, 0, { ...prompt('雨の歌声'), response: '雨の歌声', score: 9 }),
  ]
  expect(marksOf(samples)).toEqual([['off-topic'], [], [], []])
})

it('calls nothing a top score where all scores are equal, and nothing off topic that has none', () => {
  expect(
    marksOf([aSample(0, 0, { ...prompt('rain'), score: 1 }), aSample(1, 0, { ...prompt('snow'), score: 1 })]),
  ).toEqual([[], []])
  expect(marksOf([aSample(0, 0, { input: '2+2=?', score: 1 }), aSample(1, 0, { input: '3+3=?', score: 0 })])).toEqual([
    [],
    [],
  ])
  expect(marksOf([])).toEqual([])
})
