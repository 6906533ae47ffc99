import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreSample } from '../rewards/score-sample.js'
import type { Reward } from '../trip.js'
import { lastBoxed, lastNumber } from './answer-in-text.js'
import { hostileInputs, sampleFor } from './hostile-inputs.test.support.js'
import { mathAnswer } from './math-answer.js'
import { numericAnswer } from './numeric-answer.js'
import { parseQuantity } from './parse-quantity.js'

async function scoreOf(scorer: Reward, ...sample: Parameters<typeof sampleFor>): Promise<number | null> {
  const scored = await scoreSample(scorer, sampleFor(...sample))
  return scored.kind === 'scored' ? scored.score : null
}

describe('parseQuantity', () => {
  it.each([
    ['42', '42/1'],
    ['-1,234.50', '-2469/2'],
    ['.5', '1/2'],
    ['6.02e3', '6020/1'],
    ['3/4', '3/4'],
    ['\\frac{3}{4}', '3/4'],
    ['-\\dfrac{ 6 }{ 8 }', '-3/4'],
    ['\\frac12', '1/2'],
    ['2\\frac{1}{2}', '5/2'],
    ['2 1/2', '5/2'],
    ['\\frac{1}{2} + \\frac{1}{3}', '5/6'],
    ['-2^2', '-4/1'],
    ['2^{-3}', '1/8'],
    ['6\\times10^{3}', '6000/1'],
    ['(1 + 2) * 3', '9/1'],
    ['$12.50', '25/2'],
    ['\\$1{,}000', '1000/1'],
    ['12 km', '12/1'],
    ['3 m/s', '3/1'],
    ['5\\text{ cm}^2', '5/1'],
    ['90^\\circ', '90/1'],
    ['−7', '-7/1'],
    ['½', '1/2'],
    ['1,25', null],
    ['1/0', null],
    ['2\\sqrt{3}', null],
    ['x + 1', null],
    ['NaN', null],
    ['', null],
  ])('reads %s as %s', (text, expected) => {
    const quantity = parseQuantity(text)
    expect(quantity === null ? null : `${quantity.value.numerator}/${quantity.value.denominator}`).toBe(expected)
  })

  it('reads back every fraction that it is given, in four notations', () => {
    const parts = [fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 30n })] as const
    fc.assert(
      fc.property(...parts, (top, bottom) => {
        for (const text of [
          `${top}/${bottom}`,
          `\\frac{${top}}{${bottom}}`,
          `(${top}) / ${bottom} km`,
          `${top} * ${bottom}^{-1}`,
        ]) {
          const { numerator, denominator } = parseQuantity(text)!.value
          expect(numerator * bottom).toBe(top * denominator)
        }
      }),
    )
  })

  it('never throws', () => {
    const sign = fc.constantFrom(
      '1',
      '23',
      '.',
      ',',
      '-',
      '+',
      '*',
      '/',
      '^',
      '(',
      ')',
      '{',
      '}',
      '\\frac',
      '\\text',
      '%',
      ' ',
      'e',
      'x',
    )
    fc.assert(fc.property(fc.array(sign, { maxLength: 40 }), (signs) => void parseQuantity(signs.join(''))))
  })
})

describe('finding the answer', () => {
  it.each([
    ['so \\boxed{1} or rather \\boxed{\\frac{1}{2}}.', '\\frac{1}{2}'],
    ['\\boxed {7}', '7'],
    ['\\boxed{\\{1, 2\\}}', '\\{1, 2\\}'],
    ['\\boxed{never closed', undefined],
    ['no box', undefined],
  ])('the last box of %j holds %s', (text, inside) => {
    expect(lastBoxed(text)).toBe(inside)
  })

  it.each([
    ['First 3, then 1,250.', '1,250'],
    ['It costs $18.', '$18'],
    ['from 3-5', '5'],
    ['it is -5', '-5'],
    ['about 45 %', '45 %'],
    ['that is 3/4.', '3/4'],
    ['model gpt4', undefined],
    ['none', undefined],
  ])('the last number of %j is %s', (text, number) => {
    expect(lastNumber(text)).toBe(number)
  })
})

describe('numericAnswer', () => {
  it.each([
    [{}, 'The answer is 42.', '42', 1],
    [{}, '\\boxed{42} (see page 7)', '42', 1],
    [{}, '0.50', '1/2', 1],
    [{}, '45%', '45', 1],
    [{}, '45 %', '0.45', 1],
    [{}, '45', '0.45', 0],
    [{}, '1,234 apples', '1234', 1],
    [{}, '72', '48 / 2 = 24\n#### 72', 1],
    [{}, '3.14', '3.14159', 0],
    [{ absoluteTolerance: 0.01 }, '3.14', '3.14159', 1],
    [{ relativeTolerance: 0.1 }, '110', '100', 1],
    [{ relativeTolerance: 0.1 }, '110.0001', '100', 0],
    [{}, '0.30000000000000004', '0.3', 0],
  ] as const)('with %j, %j against %j scores %d', async (options, response, output, score) => {
    expect(await scoreOf(numericAnswer(options), response, { output })).toBe(score)
  })

  it('says that a reference is no number instead of scoring 0', async () => {
    await expect(scoreOf(numericAnswer(), '1', { output: 'x+1' })).resolves.toBe(1)
    await expect(scoreOf(numericAnswer(), '1', { output: 'none' })).rejects.toThrow(
      'the reference answer "none" of row 0 is no number',
    )
  })
})

describe('mathAnswer', () => {
  it.each([
    ['\\boxed{0.5}', '\\frac{1}{2}', 1],
    ['\\boxed{(1, \\frac12)}', '\\left(1, 0.5\\right)', 1],
    ['\\boxed{\\{2, 1\\}}', '\\{1, 2\\}', 1],
    ['\\boxed{(2, 1)}', '(1, 2)', 0],
    ['\\boxed{[0, 1)}', '[0, 1]', 0],
    ['\\boxed{x = 2\\sqrt{3}}', '2 \\sqrt{3}', 1],
    ['\\boxed{\\dfrac{\\pi}{2}}', '\\frac{\\pi}{2}', 1],
    ['\\boxed{\\text{Monday}}', 'Monday', 1],
    ['\\boxed{}', '0', 0],
    ['It is 7', 'Thus \\boxed{7}.', 1],
    ['\\boxed{7} no, 8', '8', 0],
  ])('%s against %s scores %d', async (response, output, score) => {
    expect(await scoreOf(mathAnswer(), response, { output })).toBe(score)
  })
})

describe('hostile responses', () => {
  it.each(hostileInputs)('of %s score 0', async (_, response) => {
    expect(await scoreOf(numericAnswer(), response, { output: '77' })).toBe(0)
    expect(await scoreOf(mathAnswer(), response, { output: '77' })).toBe(0)
  })

  it('the prompt echoed scores what it boxes, which is why a prompt must not show an answer', async () => {
    expect(await scoreOf(mathAnswer(), sampleFor('').row.input)).toBe(1)
    expect(await scoreOf(mathAnswer(), sampleFor('').row.input, { output: '77' })).toBe(0)
  })
})
