import { describe, expect, it } from 'vitest'
import type { StepMetrics } from '../../store/records.js'
import { belongTo, inOneOrder, inputsOf, readScoredLines, remoteSamples, sampleFigures } from './rollout-samples.js'

const line = (row: number, response: string, score: number, more: object = {}) =>
  JSON.stringify({ row, ms: 0.1, response, score, ...more })

const log = [
  line(1, 'b', -2, { rawResponse: 'b<|im_end|>', details: { exact: false } }),
  line(0, 'z', 0, { details: { exact: true, note: 'text' } }),
  line(1, 'a', -10, { details: { unscorable: true } }),
  line(0, 'y', -4, { details: { exact: false } }),
  JSON.stringify({ row: 0, response: 'x', error: 'the reward threw' }),
  '{"row":0,"respon',
].join('\n')

describe('the samples of a rollout elsewhere', () => {
  const lines = inOneOrder(readScoredLines(log))

  it('are read without failed ones and half lines, in an order that does not depend on time', () => {
    expect(lines.map(({ response }) => response)).toEqual(['y', 'z', 'a', 'b'])
    const reversed = readScoredLines(log.split('\n').reverse().join('\n'))
    expect(inOneOrder(reversed)).toEqual(lines)
  })

  it('belong to a rollout when their mean is what slime printed', () => {
    const step = (rewardMean: number) => ({ rewardMean }) as StepMetrics
    expect(belongTo(lines, step(-4))).toBe(true)
    expect(belongTo(lines, step(-4.0001))).toBe(true)
    expect(belongTo(lines, step(-3.9))).toBe(false)
    expect(belongTo([], step(Number.NaN))).toBe(false)
  })

  it('are summed up as those of a local run', () => {
    expect(sampleFigures(lines)).toEqual({
      rewardStd: Math.sqrt((0 + 16 + 36 + 4) / 4),
      details: { exact: 1 / 3 },
      unscorable: 1,
      diversity: expect.objectContaining({ uniqueShare: 1 }),
    })
  })

  it('become records: groups of a row, a score of null where there was none, cut off without an end of turn', () => {
    const inputs = inputsOf('{"messages":[],"row":{"index":0,"input":"rain"}}\n')
    const records = remoteSamples(7, [...lines, ...lines], { inputs, groupSize: 2 })
    expect(
      records.map(({ groupIndex, sampleIndex, input, score, finishReason }) => [
        `${groupIndex}/${sampleIndex}`,
        input,
        score,
        finishReason,
      ]),
    ).toEqual([
      ['0/0', 'rain', -4, 'length'],
      ['0/1', 'rain', 0, 'length'],
      ['1/0', 'row 1', null, 'length'],
      ['1/1', 'row 1', -2, 'stop'],
      ['2/0', 'rain', -4, 'length'],
      ['2/1', 'rain', 0, 'length'],
      ['3/0', 'row 1', null, 'length'],
      ['3/1', 'row 1', -2, 'stop'],
    ])
    expect(records.every(({ rolloutId }) => rolloutId === 7)).toBe(true)
  })
})
