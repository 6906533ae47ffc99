import { expect, it } from 'vitest'
import { evaluationFigures } from './evaluation-figures.js'

it('reads score, length and cut-off share of each dataset, and takes none of its figures for another dataset', () => {
  const printed = {
    'eval/haiku': -1.5,
    'eval/haiku/response_len/mean': 14.25,
    'eval/haiku/response_len/max': 30,
    'eval/haiku-truncated_ratio': 0.125,
    'eval/haiku-pass@1': 0.5,
    'eval/haiku-hard': -3,
    'eval/haiku-hard/truncated_ratio': 0.25,
  }
  expect(evaluationFigures(printed)).toEqual({
    haiku: { score: -1.5, responseLength: 14.25, truncatedShare: 0.125 },
    'haiku-hard': { score: -3, responseLength: Number.NaN, truncatedShare: 0.25 },
  })
  expect(evaluationFigures({ 'rollout/x': 1 })).toEqual({})
})
