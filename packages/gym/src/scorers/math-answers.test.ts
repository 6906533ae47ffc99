import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreSample } from '../rewards/score-sample.js'
import type { Reward } from '../trip.js'
import { lastBoxed, lastNumber, statedAnswer } from './answer-in-text.js'
import { hostileInputs, sampleFor } from './hostile-inputs.test.support.js'
import { mathAnswer } from './math-answer.js'
import { numericAnswer } from './numeric-answer.js'
import { parseNumber, type Quantity } from './parse-number.js'
import { parseQuantity } from './parse-quantity.js'
import { isUnit } from './units.js'

async function scoreOf(scorer: Reward, ...sample: Parameters<typeof sampleFor>): Promise<number | null> {
  const scored = await scoreSample(scorer, sampleFor(...sample))
  return scored.kind === 'scored' ? scored.score : null
}

const shown = (quantity: Quantity | null) =>
  quantity === null
    ? null
    : `${quantity.value.numerator}/${quantity.value.denominator}${quantity.isPercent ? ' %' : ''} ${quantity.notation}`

describe('parseNumber', () => {
  it.each([
    ['42', '42/1 number'],
    ['-1,234.50', '-2469/2 number'],
    ['- 7', '-7/1 number'],
    ['−7', '-7/1 number'],
    ['–7', '-7/1 number'],
    ['+7', '7/1 number'],
    ['.5', '1/2 number'],
    ['6.02e3', '6020/1 number'],
    ['6.02E-1', '301/500 number'],
    ['6\\times10^{3}', '6000/1 number'],
    ['6 × 10³', '6000/1 number'],
    ['1.5 x 10^-2', '3/200 number'],
    ['6 \\cdot 10^{ -1 }', '3/5 number'],
    ['3/4', '3/4 fraction'],
    ['6/8', '3/4 unreduced-fraction'],
    ['84 / 7', '12/1 unreduced-fraction'],
    ['12/1', '12/1 unreduced-fraction'],
    ['\\frac{3}{4}', '3/4 fraction'],
    ['-\\dfrac{ 6 }{ 8 }', '-3/4 unreduced-fraction'],
    ['\\frac{-1}{2}', '-1/2 fraction'],
    ['\\frac{1}{-2}', '-1/2 fraction'],
    ['\\frac12', '1/2 fraction'],
    ['\\tfrac1{20}', '1/20 fraction'],
    ['2\\frac{1}{2}', '5/2 fraction'],
    ['-2\\frac12', '-5/2 fraction'],
    ['2 1/2', '5/2 fraction'],
    ['2½', '5/2 fraction'],
    ['-½', '-1/2 fraction'],
    ['1,000/3', '1000/3 fraction'],
    ['$12.50', '25/2 number'],
    ['-$5', '-5/1 number'],
    ['$-5$', '-5/1 number'],
    ['\\(-5\\)', '-5/1 number'],
    ['12.50 €', '25/2 number'],
    ['\\$1{,}000', '1000/1 number'],
    ['10\\,000', '10000/1 number'],
    ['10,\\!000,\\!000', '10000000/1 number'],
    ['45\\%', '45/1 % number'],
    ['45 percent', '45/1 % number'],
    ['{42}', '42/1 number'],
    ['(42)', '42/1 number'],
    ['\\mathbf{42}', '42/1 number'],
    ['\\text{42 cm}', '42/1 number'],
    ['１２', '12/1 number'],
    ['42.', '42/1 number'],
    ['12 km', '12/1 number'],
    ['5\\text{ cm}^2', '5/1 number'],
    ['5\\ \\mathrm{m}/\\mathrm{s}^{2}', '5/1 number'],
    ['90^\\circ', '90/1 number'],
    ['90^{\\circ}', '90/1 number'],
    ['20\\degree', '20/1 number'],
    ['20 °C', '20/1 number'],
    ['12 square feet', '12/1 number'],
    // What is not worked out, is no number, or is several.
    ['17 \\times 23 + 4', null],
    ['3-5', null],
    ['3 + 4', null],
    ['2 × 3', null],
    ['2 \\div 3', null],
    ['2^3', null],
    ['5²', null],
    ['10^6', null],
    ['2^{-3}', null],
    ['101₂', null],
    ['101_2', null],
    ['4②', null],
    ['1½2', null],
    ['1.5/2', null],
    ['3/4.5', null],
    ['12/25/2020', null],
    ['84/7/2', null],
    ['2 21/2', null],
    ['1/0', null],
    ['\\frac{1}{0}', null],
    ['\\frac{3+4}{7}', null],
    ['1,25', null],
    ['1,2345', null],
    ['1234,567', null],
    ['1.2.3', null],
    ['4 2', null],
    ['$4$2', null],
    ['4$$2', null],
    ['4 $ $ 2', null],
    ['42 or 43', null],
    ['5!', null],
    ['2\\sqrt{3}', null],
    ['2sqrt3', null],
    ['2\\pi', null],
    ['2π', null],
    ['2x', null],
    ['4i', null],
    ['x + 1', null],
    ['3+4i', null],
    ['2\\mathrm{i}', null],
    ['2\\text{ or more}', null],
    ['2\\text{ million}', null],
    ['NaN', null],
    ['', null],
  ])('reads %s as %s', (text, expected) => {
    expect(shown(parseNumber(text, 'named'))).toBe(expected)
  })

  it('reads back every fraction that it is given, in three notations', () => {
    const parts = [fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 30n })] as const
    fc.assert(
      fc.property(...parts, (top, bottom) => {
        for (const text of [`${top}/${bottom}`, `\\frac{${top}}{${bottom}}`, `${top} / ${bottom} km`]) {
          const { numerator, denominator } = parseNumber(text, 'named')!.value
          expect(numerator * bottom).toBe(top * denominator)
        }
      }),
    )
  })

  it('calculates nothing', () => {
    const [number, sign] = [fc.integer({ min: 0, max: 1000 }), fc.constantFrom('+', '-', '*', '×', '\\times ', '^')]
    fc.assert(
      fc.property(fc.array(fc.tuple(number, sign), { minLength: 1, maxLength: 4 }), number, (parts, last) => {
        const text = parts.map(([value, operator]) => `${value} ${operator} `).join('') + last
        // `3 × 10 ^ 2` is a number in scientific notation.
        fc.pre(!/10 \^ \d+$/.test(text))
        expect(parseNumber(text, 'any')).toBe(null)
      }),
    )
  })
})

describe('isUnit', () => {
  it.each([
    [' apples', true, false],
    [' m/s', true, false],
    [' km/h', true, false],
    [' cm^2', true, true],
    [' square inches.', true, true],
    [' \\text{ apples}', true, true],
    ['\\text{ or more}', false, false],
    ['x', false, false],
    ['y^2', false, false],
    ['i', false, false],
    ['^2', false, false],
    ['!', false, false],
    [' + 3 cm', false, false],
    ['cm 3', false, false],
  ])('%j behind a number: any %s, named %s', (text, any, named) => {
    expect([isUnit(text, 'any'), isUnit(text, 'named')]).toEqual([any, named])
  })
})

describe('parseQuantity', () => {
  it.each([
    ['12 km', '12/1 number'],
    ['\\frac{1}{2} + \\frac{1}{3}', '5/6 arithmetic'],
    ['-2^2', '-4/1 arithmetic'],
    ['2^{-3}', '1/8 arithmetic'],
    ['5²', '25/1 arithmetic'],
    ['2½ + 1', '7/2 arithmetic'],
    ['(1 + 2) * 3', '9/1 arithmetic'],
    ['17 \\times 23 + 4', '395/1 arithmetic'],
    ['3 \\cdot 4 \\div 6', '2/1 arithmetic'],
    ['84/7', '12/1 unreduced-fraction'],
    ['3 + 4 km', null],
    ['3+4i', null],
    ['3+2x', null],
    ['5x^2', null],
    ['\\frac{1}{2}x', null],
    ['2sqrt3', null],
    ['2\\mathbf{i}+3\\mathbf{j}', null],
    ['5!', null],
    ['1,25', null],
    ['1/0', null],
    ['2\\sqrt{3}', null],
    ['', null],
  ])('reads %s as %s', (text, expected) => {
    expect(shown(parseQuantity(text, 'any'))).toBe(expected)
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
      '²',
      '½',
      '$',
      '\\text',
      '%',
      ' ',
      'e',
      'x',
    )
    fc.assert(fc.property(fc.array(sign, { maxLength: 40 }), (signs) => void parseQuantity(signs.join(''), 'any')))
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
    ['It costs $18.', '18'],
    ['It costs -$18.', '-18'],
    ['about 45 %', '45 %'],
    ['about 45\\% of them', '45%'],
    ['that is 3/4.', '3/4'],
    ['add 2½ cups', '2 1/2'],
    ['add 2 1/2 cups', '2 1/2'],
    ['about 6.02 × 10^{23}.', '6.02 × 10^{23}'],
    ['about 6.02 x 10²³', '6.02 x 10^{23}'],
    ['(1,2,3)', '3'],
    ['-1,2', '2'],
    ['**42**', '42'],
    ['*42*', '42'],
    ['_42_', '42'],
    ['`42`', '42'],
    ['$$42$$', '42'],
    ['so \\textbf{42}.', '42'],
    ['{"answer": 42}', '42'],
    ['the 4th', '4'],
    ['5km', '5'],
    ['It is 42!', '42'],
    ['x = 6 \\cdot 7 \\implies 42', '42'],
    ['\\sqrt 5', undefined],
    ['It is +5', '5'],
    ['It is 5 cm²', '5'],
    ['It is -5 m/s^2.', '-5'],
    ['It is $5\\text{ cm}^2$', '5'],
    ['It is 5 x²', undefined],
    ['It is 5, or rather x²', undefined],
    ['It is x + 5', undefined],
    ['It is 42 - a nice number', '42'],
    // Minus signs, dashes and bullets.
    ['it is -5', '-5'],
    ['it is −5', '-5'],
    ['(-5)', '-5'],
    ['x = - 5', '-5'],
    ['x=-5', '-5'],
    ['$- 5$', '-5'],
    ['so $-\\frac{1}{2}$', '-\\frac{1}{2}'],
    ['so $x = -\\dfrac12$', '-\\frac{1}{2}'],
    ['so -½', '-1/2'],
    ['from 3-5', '5'],
    ['from 3 - 5', '5'],
    ['from 3–5', '5'],
    ['from $3$-$5$', '5'],
    ['The answer:\n- 42', '42'],
    ['The answer:\n-42', '-42'],
    ['3\n-42', '-42'],
    ['The answer - 42', '42'],
    ['The answer — 42', '42'],
    ['covid-19', '19'],
    // Only a part of something.
    ['x^2', undefined],
    ['x²', undefined],
    ['x^{2}', undefined],
    ['x_2', undefined],
    ['a_{12}', undefined],
    ['101₂', undefined],
    ['$2\\sqrt{3}$', undefined],
    ['$2 \\sqrt x$', undefined],
    ['\\sqrt[3]{5}', undefined],
    ['\\frac{x}{3}', undefined],
    ['$3\\pi$', undefined],
    ['3π', undefined],
    ['3x', undefined],
    ['3+4i', undefined],
    ['17 × 23 + 4', undefined],
    ['17 * 23', undefined],
    ['17*23', undefined],
    ['17 \\times 23', undefined],
    ['12/25/2020', undefined],
    ['84/7/2', undefined],
    ['3/4.5', undefined],
    ['1.2.3', undefined],
    ['model gpt4', undefined],
    ['none', undefined],
  ])('the last number of %j is %s', (text, number) => {
    expect(lastNumber(text, 'any')).toBe(number)
  })

  it.each([
    ['5x', undefined],
    ['5ab', undefined],
    ['5m', undefined],
    ['5cm', '5'],
    ['5 cm^2', '5'],
    ['5 m^2', undefined],
    ['5 apples', '5'],
  ])('among named units the last number of %j is %s', (text, number) => {
    expect(lastNumber(text, 'named')).toBe(number)
  })

  it('does not read the half of a number where a huge text is cut', () => {
    expect(lastNumber(`1${'2'.repeat(10)}${'a'.repeat(19_995)}`, 'any')).toBe(undefined)
    expect(lastNumber(`${'a'.repeat(40_000)} 42`, 'any')).toBe('42')
  })

  it.each([
    ['48 / 2 = 24\n#### 72', '72'],
    ['48 / 2 = 24\n####72 \n\n', '72'],
    ['#### Step 1\nso \\boxed{7}', '7'],
    ['Thus \\boxed{\\frac12}.', '\\frac12'],
    ['x + 1', 'x + 1'],
  ])('the reference %j states %j', (text, answer) => {
    expect(statedAnswer(text)).toBe(answer)
  })
})

describe('numericAnswer', () => {
  it.each([
    [{}, 'The answer is 42.', '42', 1],
    [{}, '\\boxed{42} (see page 7)', '42', 1],
    [{}, '0.50', '1/2', 1],
    [{}, '45%', '45', 1],
    [{}, '45 %', '0.45', 1],
    [{}, '45 percent', '0.45', 1],
    [{}, '45', '45%', 1],
    [{}, '45', '0.45', 0],
    [{}, '1,234 apples', '1234', 1],
    [{}, '72', '48 / 2 = 24\n#### 72', 1],
    [{}, '#### 72', '48 / 2 = 24\n#### 72', 1],
    [{}, '#### 1,072', 'so\n#### 1,072', 1],
    [{}, '\\boxed{72}', '48 / 2 = <<48/2=24>>24\n#### 72', 1],
    [{}, '24', '48 / 2 = 24\n#### 72', 0],
    [{}, '72', 'She sold 24 + 48 = 72 clips.', 1],
    [{}, '3.14', '3.14159', 0],
    [{ absoluteTolerance: 0.01 }, '3.14', '3.14159', 1],
    [{ relativeTolerance: 0.1 }, '110', '100', 1],
    [{ relativeTolerance: 0.1 }, '110.0001', '100', 0],
    [{}, '0.30000000000000004', '0.3', 0],
    // A reference may be arithmetic, a response is not calculated.
    [{}, '395', '17 * 23 + 4', 1],
    [{}, '\\boxed{17 \\times 23 + 4}', '395', 0],
    [{}, '\\boxed{17 \\times 23 + 4}', '4', 0],
    [{}, '\\boxed{17 \\times 23 + 4 = 395}', '395', 1],
    [{}, '17 × 23 + 4', '395', 0],
    [{}, '17 × 23 + 4', '4', 0],
    [{}, '\\boxed{84 \\div 7}', '12', 0],
    [{}, 'It is 84 ÷ 7', '7', 0],
    [{}, '\\boxed{3-5}', '-2', 0],
    [{}, '\\boxed{3-5}', '5', 0],
    [{}, '\\boxed{3-5}', '-5', 0],
    [{}, '\\boxed{5²}', '25', 0],
    [{}, '\\boxed{5²}', '52', 0],
    [{}, '\\boxed{5^2}', '2', 0],
    [{}, '\\boxed{10^3}', '1000', 0],
    [{}, '\\boxed{\\sqrt{49}}', '7', 0],
    [{}, '\\boxed{\\sqrt{49}}', '49', 0],
    [{}, '\\boxed{5!}', '120', 0],
    [{}, '\\boxed{5!}', '5', 0],
    [{}, '\\boxed{(2+3)}', '5', 0],
    [{}, '\\boxed{log 100}', '100', 0],
    // Against a whole number a fraction must be in lowest terms.
    [{}, 'It is 84/7', '12', 0],
    [{}, '\\boxed{\\frac{84}{7}}', '12', 0],
    [{}, '\\boxed{12/1}', '12', 0],
    [{}, '\\boxed{11 7/7}', '12', 0],
    [{}, '84/7', '84/7', 1],
    [{}, 'It is 6/8', '3/4', 1],
    [{}, 'It is 6/8', '0.75', 1],
    [{ absoluteTolerance: 0.5 }, '10/3', '3', 1],
    [{ absoluteTolerance: 0.5 }, '20/6', '3', 0],
    // Signs, dashes, bullets.
    [{}, 'The answer:\n- 42', '42', 1],
    [{}, 'The answer:\n- 42', '-42', 0],
    [{}, 'from 3 - 5', '-5', 0],
    [{}, 'so $-\\frac{1}{2}$', '-1/2', 1],
    [{}, 'so $-\\frac{1}{2}$', '1/2', 0],
    [{}, '\\boxed{- 5}', '-5', 1],
    [{}, 'x = −5', '-5', 1],
    // Mixed numbers, scientific notation, separators, currencies.
    [{}, '\\boxed{2½}', '2.5', 1],
    [{}, '\\boxed{2½}', '10.5', 0],
    [{}, '2½ cups', '2.5', 1],
    [{}, '2½ cups', '2', 0],
    [{}, 'about 6.02 × 10^{23} atoms', '6.02e23', 1],
    [{}, 'about 6.02 × 10^{23} atoms', '23', 0],
    [{}, '\\boxed{10\\,000}', '10000', 1],
    [{}, '\\boxed{10{,}000}', '10,000', 1],
    [{}, '\\boxed{\\$12.50}', '12.5', 1],
    [{}, '€12', '$12', 1],
    // Units and words.
    [{}, '\\boxed{12 \\text{ km}}', '12', 1],
    [{}, '\\boxed{12 apples}', '12', 1],
    [{}, '\\boxed{3 m/s}', '3', 1],
    [{}, '\\boxed{5 cm²}', '5', 1],
    [{}, '\\boxed{x = 5}', '5', 1],
    [{}, '\\boxed{x \\approx 5}', '5', 1],
    [{}, '\\boxed{\\text{The answer is } 42}', '42', 1],
    [{}, '\\boxed{about 42 apples}', '42', 1],
    [{}, '\\boxed{\\textbf{42}}', '42', 1],
    [{}, '\\boxed{42 or 43}', '43', 0],
    [{}, '\\boxed{42, 43}', '43', 0],
    [{}, '\\boxed{4 2}', '42', 0],
    [{}, '\\boxed{3+4i}', '4', 0],
    [{}, '\\boxed{3+4i}', '3', 0],
    [{}, '\\boxed{2x}', '2', 0],
    [{}, '\\boxed{2sqrt3}', '2', 0],
    [{}, 'Put it in \\boxed{}. The answer is 42', '42', 1],
  ] as const)('with %j, %j against %j scores %d', async (options, response, output, score) => {
    expect(await scoreOf(numericAnswer(options), response, { output })).toBe(score)
  })

  it.each(['none', 'x+1', '3+4i', '5!', '2\\sqrt{3}', '3 + 4 km'])(
    'says that the reference %j is no number',
    async (output) => {
      await expect(scoreOf(numericAnswer(), '1', { output })).rejects.toThrow('of row 0 is no number')
    },
  )
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
    // Letters are not units.
    ['\\boxed{4+3i}', '3+4i', 0],
    ['\\boxed{7}', '3+4i', 0],
    ['\\boxed{3 + 4i}', '3+4i', 1],
    ['\\boxed{2y}', '2x', 0],
    ['\\boxed{2}', '2x', 0],
    ['\\boxed{5}', '3+2x', 0],
    ['\\boxed{5y^2}', '5x^2', 0],
    ['\\boxed{5x²}', '5x^{2}', 1],
    ['\\boxed{\\frac{1}{2}}', '\\frac{1}{2}x', 0],
    ['\\boxed{\\frac{1}{2}y}', '\\frac{1}{2}x', 0],
    ['\\boxed{2}', '2sqrt3', 0],
    ['\\boxed{2}', '2\\sqrt{3}', 0],
    ['\\boxed{2}', '2\\pi', 0],
    ['\\boxed{5!}', '5', 0],
    ['\\boxed{5}', '5!', 0],
    ['\\boxed{5!}', '5!', 1],
    ['\\boxed{5}', '2\\mathbf{i}+3\\mathbf{j}', 0],
    ['\\boxed{2\\mathrm{i}}', '2', 0],
    ['\\boxed{2ab}', '2', 0],
    ['\\boxed{5m}', '5', 0],
    ['\\boxed{x^2}', '2', 0],
    ['It is 3+4i', '4', 0],
    ['It is $2\\sqrt{3}$', '3', 0],
    ['It is 3x', '3', 0],
    ['It is $x^2$', '2', 0],
    ['\\boxed{y = 5}', 'x = 5', 0],
    ['\\boxed{y = 5}', '5', 1],
    ['\\boxed{x = 0.5}', '\\frac12', 1],
    ['\\boxed{x^2+y^2=4}', '4', 0],
    // Units set upright, or well known.
    ['\\boxed{5\\text{ cm}}', '5', 1],
    ['\\boxed{5}', '5\\text{ cm}^2', 1],
    ['\\boxed{5\\ \\mathrm{cm}^3}', '5\\text{ cm}^3', 1],
    ['\\boxed{5\\mbox{ inches}}', '5', 1],
    ['\\boxed{12 km}', '12', 1],
    ['\\boxed{90^\\circ}', '90', 1],
    ['\\boxed{90}', '90^{\\circ}', 1],
    ['\\boxed{5\\text{ million}}', '5', 0],
    ['\\boxed{5\\text{ or more}}', '5', 0],
    // Conventions.
    ['\\boxed{10,\\!000}', '10000', 1],
    ['\\boxed{10000}', '10,\\!000', 1],
    ['\\boxed{\\$18.90}', '18.9', 1],
    ['\\boxed{45\\%}', '45', 1],
    ['\\boxed{45\\%}', '0.45', 1],
    ['\\boxed{6 \\times 10^3}', '6000', 1],
    ['\\boxed{\\frac{6}{8}}', '\\frac{3}{4}', 1],
    ['\\boxed{\\frac{84}{7}}', '12', 0],
    ['\\boxed{-\\frac{1}{2}}', '\\frac{-1}{2}', 1],
    ['so $-\\frac{1}{2}$', '-\\frac{1}{2}', 1],
    ['so $-\\frac{1}{2}$', '\\frac{1}{2}', 0],
    ['72', '48 / 2 = 24\n#### 72', 1],
    ['\\boxed{72}', '48 / 2 = 24\n#### 72', 1],
    ['24', '48 / 2 = 24\n#### 72', 0],
    ['\\boxed{1010_{2}}', '1010_2', 1],
    ['\\boxed{1010₂}', '10102', 0],
    ['\\boxed{1010}', '1010_2', 0],
    // Nothing is calculated for the response; as written is as written.
    ['\\boxed{1024}', '2^{10}', 1],
    ['\\boxed{2^{10}}', '1024', 0],
    ['\\boxed{2^3 \\cdot 3}', '2^3 \\times 3', 1],
    ['\\boxed{17 \\times 23 + 4}', '395', 0],
    ['\\boxed{3-5}', '-2', 0],
    ['\\boxed{(1+1, 2)}', '(2, 2)', 0],
    ['\\boxed{5²}', '52', 0],
    ['\\boxed{5²}', '5^2', 1],
    ['\\boxed{4 2}', '42', 0],
    ['\\boxed{4②}', '42', 0],
    ['\\boxed{(1, 234)}', '(1,234)', 1],
    ['\\boxed{1234}', '(1,234)', 0],
    ['\\boxed{2½}', '2.5', 1],
    ['\\boxed{2½}', '10.5', 0],
    ['\\boxed{\\{1, 1\\}}', '\\{1, 2\\}', 0],
    ['\\boxed{[1, 2]}', '(1, 2)', 0],
  ])('%s against %s scores %d', async (response, output, score) => {
    expect(await scoreOf(mathAnswer(), response, { output })).toBe(score)
  })
})

describe('reading takes time in proportion to the length', () => {
  const looping: readonly (readonly [string, (times: number) => string])[] = [
    ['groups of three that end in two digits', (times) => `1${',111'.repeat(times / 4)},11`],
    ['groups of two', (times) => '11,'.repeat(times / 3)],
    ['digits', (times) => '1'.repeat(times)],
    ['digits behind a letter', (times) => `a${'1'.repeat(times)}`],
    ['digits and points', (times) => '1.'.repeat(times / 2)],
    ['digits and spaces', (times) => '1 '.repeat(times / 2)],
    ['fractions in a row', (times) => '1/'.repeat(times / 2)],
    ['mixed numbers in a row', (times) => '1 1/1 '.repeat(times / 6)],
    ['spaces', (times) => `1${' '.repeat(times)}x`],
    ['points before a letter', (times) => `${'.'.repeat(times)}x`],
    ['minus signs', (times) => `${'- '.repeat(times / 2)}1`],
    ['letters behind a number', (times) => `1${'a'.repeat(times)}!`],
    ['words behind a number', (times) => `1${' ab'.repeat(times / 3)}!`],
    ['open \\frac', (times) => '\\frac{1'.repeat(times / 7)],
    ['open \\text', (times) => `1${'\\text{'.repeat(times / 6)}`],
    ['powers', (times) => '^ '.repeat(times / 2)],
    ['raised digits', (times) => '²'.repeat(times)],
    ['vulgar fractions', (times) => '½'.repeat(times)],
    ['currency signs', (times) => '$'.repeat(times)],
    ['open sets', (times) => '\\{1,'.repeat(times / 4)],
    ['powers of ten', (times) => '1 × 10 ^ '.repeat(times / 9)],
  ]
  const scorers = [numericAnswer(), mathAnswer()]

  /** Processor time of one call in µs: the least of five tries, which other work can lengthen but not shorten. */
  function cost(response: string, scorer: Reward, calls: number): number {
    const sample = sampleFor(response, { output: '77' })
    const tries = Array.from({ length: 5 }, () => {
      const start = process.cpuUsage()
      for (let call = 0; call < calls; call++) void scorer(sample)
      const { user, system } = process.cpuUsage(start)
      return (user + system) / calls
    })
    return Math.min(...tries)
  }

  // Twenty times the length costs twenty times as much, give or take what is compiled or collected; four hundred times as
  // much where the time is quadratic.
  it.each(looping)('%s, in the open and in a box', { retry: 3 }, (_, text) => {
    for (const scorer of scorers) {
      for (const response of [text, (times: number) => `\\boxed{${text(times)}}`]) {
        expect(cost(response(19_000), scorer, 1)).toBeLessThan(120 * cost(response(950), scorer, 20))
      }
    }
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
