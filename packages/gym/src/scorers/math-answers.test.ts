import { describe, expect, it } from 'vitest'
import { scoreSample } from '../rewards/score-sample.js'
import type { Reward } from '../trip.js'
import { hostileInputs, sampleFor } from './hostile-inputs.test.support.js'
import { mathAnswer } from './math-answer.js'
import { numericAnswer } from './numeric-answer.js'

async function scoreOf(scorer: Reward, ...sample: Parameters<typeof sampleFor>): Promise<number | null> {
  const scored = await scoreSample(scorer, sampleFor(...sample))
  return scored.kind === 'scored' ? scored.score : null
}

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
