import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastBoxed, lastNumber, statedAnswer } from './answer-in-text.js'
import { parseNumber, type Quantity } from './parse-number.js'
import { parseQuantity } from './parse-quantity.js'
import { isUnit } from './units.js'

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
