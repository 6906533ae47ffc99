import { expect, it } from 'vitest'
import { keptSampleRecords, readKeptSamples } from './kept-samples.js'

const line = (changes: object) =>
  JSON.stringify({
    group: 40,
    row: 1,
    response: 'old pond<|im_end|>',
    score: 2,
    details: { exact: true, episode: 'a1', done: true },
    status: 'completed',
    tokens: [5, 6, 2],
    logprobs: [-0.5, null, -0.25],
    ...changes,
  })

const text = [
  line({}),
  line({
    status: 'truncated',
    response: 'old pond a',
    details: { unscorable: true },
    tokens: undefined,
    logprobs: undefined,
  }),
  line({ group: 41, row: 0 }),
  line({ group: 41, row: null }),
  line({ score: null }),
  line({}).slice(0, 40),
  '',
].join('\n')

it('reads what the hook wrote, without half lines and samples that have no score', () => {
  const samples = readKeptSamples(text)
  expect(samples).toHaveLength(4)
  expect(samples[0]).toEqual({
    dataset: null,
    group: 40,
    row: 1,
    response: 'old pond',
    score: 2,
    details: { exact: true },
    finishReason: 'stop',
    tokenIds: [5, 6, 2],
    logprobs: [-0.5, Number.NaN, -0.25],
  })
  expect(samples[1]).toMatchObject({ finishReason: 'length', tokenIds: [], logprobs: [] })
})

it('makes records of them, by the groups that they were trained in', () => {
  const records = keptSampleRecords(7, readKeptSamples(text), new Map([[1, 'rain']]))
  expect(
    records.map(({ groupIndex, sampleIndex, rowIndex, input, score }) => [
      groupIndex,
      sampleIndex,
      rowIndex,
      input,
      score,
    ]),
  ).toEqual([
    [0, 0, 1, 'rain', 2],
    [0, 1, 1, 'rain', null],
    [1, 0, 0, 'row 0', 2],
    [1, 1, -1, 'unknown row', 2],
  ])
  expect(records.every(({ rolloutId, advantage }) => rolloutId === 7 && advantage === null)).toBe(true)
})
