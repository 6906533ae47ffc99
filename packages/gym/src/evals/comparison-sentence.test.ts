import { describe, expect, it } from 'vitest'
import { comparisonSentence } from './comparison-sentence.js'

function sentence(difference: number, ci: readonly [number, number]): string {
  const evals = { a: 'base', b: 'trained', aEvalId: 'eval-1', bEvalId: 'eval-2' }
  const counts = { nPrompts: 40, unpaired: 0, moreNeeded: null }
  return comparisonSentence({ ...evals, ...counts, difference, ci, p: 0.07, unadjustedP: 0.07, verdict: 'not shown' })
}

describe('the sentence of a comparison', () => {
  it('keeps the sign of an end that would round to 0, so that an interval across 0 reads as one', () => {
    expect(sentence(0.07, [-4.5e-3, 0.145])).toContain('0.07 points higher (95 % interval -0.0045 to 0.14,')
    expect(sentence(-0.07, [-0.145, 4.5e-3])).toContain('0.07 points lower (95 % interval -0.0045 to 0.14,')
    expect(sentence(0.07, [-4.5e-8, 0.145])).toContain('(95 % interval -4.5e-8 to 0.14,')
    expect(sentence(0.002, [-0.3, 0.3])).toContain('scored 0.0020 points higher (95 % interval -0.30 to 0.30,')
  })

  it('takes what floating-point sums leave of 0 for 0', () => {
    expect(sentence(0.07, [-1e-17, 0.145])).toContain('(95 % interval 0.00 to 0.14,')
  })
})
