import { ExactMatch, JSONDiff, Levenshtein, ListContains, NumericDiff } from 'autoevals'
import { expect, it } from 'vitest'
import { scoreSample } from '../rewards/score-sample.js'
import { hostileInputs, sampleFor } from '../scorers/hostile-inputs.test.support.js'
import { fromAutoevals } from './from-autoevals.js'

it('scores as the scorer of autoevals itself does, under its name', async () => {
  const scorer = fromAutoevals(Levenshtein)
  expect(scorer.name).toBe('Levenshtein')
  const own = await Levenshtein({ output: 'kitten', expected: 'sitting' })
  expect(own.score).toBeCloseTo(1 - 3 / 7)
  expect(await scorer(sampleFor('kitten', { output: 'sitting' }))).toMatchObject({ score: own.score })
})

it('makes other arguments of the sample when told how', async () => {
  const numbers = fromAutoevals(NumericDiff, {
    args: ({ response, row }) => ({ output: Number(response), expected: Number(row.columns.answer) }),
    name: 'closeness',
  })
  expect(numbers.name).toBe('closeness')
  expect(await numbers(sampleFor('50', { columns: { answer: 100 } }))).toMatchObject({ score: 1 - 50 / 150 })
  const lists = fromAutoevals(ListContains, {
    args: ({ response }) => ({ output: response.split(' '), expected: ['a', 'b'] }),
  })
  expect(await lists(sampleFor('b a'))).toMatchObject({ score: 1 })
  expect(await fromAutoevals(JSONDiff)(sampleFor('{"a": 1}', { output: '{"a": 1}' }))).toMatchObject({ score: 1 })
})

it('keeps metadata as details, and null as null', async () => {
  const scored = { name: 'x', score: null, metadata: { why: 'not a question' } }
  expect(await fromAutoevals(() => scored)(sampleFor('text'))).toEqual({ score: null, why: 'not a question' })
})

it.each(hostileInputs.filter(([, text]) => text.length < 1000))('passes %s to a heuristic', async (_, response) => {
  expect(await scoreSample(fromAutoevals(ExactMatch), sampleFor(response))).toMatchObject({ kind: 'scored', score: 0 })
})
