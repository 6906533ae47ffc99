import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { GymError } from '../errors.js'
import { didYouMean, parseOptions } from './parse-options.js'
import { shownValue } from './shown-value.js'

const schema = z.strictObject({
  lr: z.number().positive().default(1e-4),
  nRows: z.int().min(1).optional(),
  split: z.enum(['train', 'eval']).default('train'),
  name: z.string().min(1).optional(),
  sampling: z.strictObject({ temperature: z.number().max(2), topP: z.number().optional() }).optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  onRow: z.custom<() => void>((value) => typeof value === 'function', 'must be a function').optional(),
})

function messageFor(value: unknown, of: z.ZodType = schema): string {
  try {
    parseOptions(of, value, 'GrpoRecipe')
  } catch (error) {
    expect(GymError.is(error)).toBe(true)
    expect(error).toMatchObject({ boundary: 'config', code: 'bad-options' })
    return (error as GymError).message
  }
  throw new Error('the options were accepted')
}

describe('parseOptions', () => {
  it('returns the options with defaults filled in', () => {
    expect(parseOptions(schema, { nRows: 3 }, 'GrpoRecipe')).toEqual({ lr: 1e-4, nRows: 3, split: 'train' })
  })

  it.each([
    [{ lernRate: 1 }, 'unknown option "lernRate" of GrpoRecipe; did you mean "lr"?'],
    [{ n_rows: 1 }, 'unknown option "n_rows" of GrpoRecipe; did you mean "nRows"?'],
    [{ colour: 1 }, 'unknown option "colour" of GrpoRecipe; it takes lr, nRows, split, name, sampling, stop, onRow'],
    [
      { nRow: 1, spilt: 'train' },
      'unknown options "nRow" (did you mean "nRows"?), "spilt" (did you mean "split"?) of GrpoRecipe',
    ],
    [
      { sampling: { temperature: 1, topp: 0.5 } },
      'unknown option "topp" of "sampling" of GrpoRecipe; did you mean "topP"?',
    ],
    [{ lr: 'fast' }, 'option "lr" of GrpoRecipe must be a number, got "fast"'],
    [{ lr: Number.NaN }, 'option "lr" of GrpoRecipe must be a number, got NaN'],
    [{ lr: 0 }, 'option "lr" of GrpoRecipe must be more than 0, got 0'],
    [{ nRows: 1.5 }, 'option "nRows" of GrpoRecipe must be a whole number, got 1.5'],
    [{ nRows: 0 }, 'option "nRows" of GrpoRecipe must be at least 1, got 0'],
    [{ name: '' }, 'option "name" of GrpoRecipe must not be empty, got ""'],
    [
      { split: 'tran' },
      'option "split" of GrpoRecipe must be one of "train", "eval", got "tran"; did you mean "train"?',
    ],
    [{ sampling: { temperature: 3 } }, 'option "sampling.temperature" of GrpoRecipe must be at most 2, got 3'],
    [{ sampling: {} }, 'option "sampling.temperature" of GrpoRecipe is missing; it must be a number'],
    [{ stop: 4 }, 'option "stop" of GrpoRecipe must be a string or an array, got 4'],
    [{ onRow: 'x' }, 'option "onRow" of GrpoRecipe must be a function, got "x"'],
    [5, 'GrpoRecipe takes an options object, got 5'],
    [undefined, 'GrpoRecipe takes an options object, got undefined'],
    [
      { lr: 'a', lrr: 1 },
      'unknown option "lrr" of GrpoRecipe; did you mean "lr"?; also option "lr" of GrpoRecipe must be a number, got "a"',
    ],
  ])('says of %j: %s', (value, message) => {
    expect(messageFor(value)).toBe(message)
  })

  it('keeps the sentence short when the offending value is long', () => {
    const message = messageFor({ lr: 'x'.repeat(10_000) })
    expect(message.length).toBeLessThan(150)
  })

  it('knows the options of a schema behind a default, a refinement or a list', () => {
    const inner = z.strictObject({ weight: z.number().optional() })
    const wrapped = z
      .strictObject({ parts: z.array(inner).default([]) })
      .refine((one) => one.parts.length < 9, 'too many')
    expect(messageFor({ parts: [{ wieght: 1 }] }, wrapped)).toBe(
      'unknown option "wieght" of "parts[0]" of GrpoRecipe; did you mean "weight"?',
    )
  })

  it('passes on the words of a check over the whole object', () => {
    const pair = z.strictObject({ a: z.number(), b: z.number() }).refine((one) => one.a < one.b, 'needs "a" below "b"')
    expect(messageFor({ a: 2, b: 1 }, pair)).toBe('GrpoRecipe needs "a" below "b"')
  })
})

describe('didYouMean', () => {
  it.each([
    ['qwen3-4', ['qwen3-4b', 'smollm2-135m'], 'qwen3-4b'],
    ['tinypoet', ['tiny-poet', 'qwen3-4b'], 'tiny-poet'],
    ['keyword', ['text', 'keywords'], 'keywords'],
    ['tset', ['test', 'train'], 'test'],
    ['learning_rate', ['lr', 'nRows'], 'lr'],
    ['temp', ['temperature', 'topP'], 'temperature'],
    ['zzz', ['lr', 'nRows'], undefined],
    ['ab', ['xy'], undefined],
    ['', ['a'], undefined],
  ])('takes %s among %j for %s', (word, candidates, meant) => {
    expect(didYouMean(word, candidates)).toBe(meant)
  })
})

describe('shownValue', () => {
  it('renders what JSON cannot', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect([loop, 3n, new Map(), Symbol('x'), () => {}, null].map((value) => shownValue(value))).toEqual([
      'an object',
      '3n',
      'an instance of Map',
      'Symbol(x)',
      'a function',
      'null',
    ])
  })
})
