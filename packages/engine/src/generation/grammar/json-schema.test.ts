import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteLanguages } from './byte-language.js'
import { checkJsonConstraint, compileJsonConstraint, type JsonConstraint } from './json-schema.js'
import { maxJsonDepth } from './json-text.js'

/** A test of whole texts against a constraint. */
function acceptor(constraint: JsonConstraint): (text: string) => boolean {
  const languages = new ByteLanguages()
  const start = compileJsonConstraint(constraint, languages)
  return (text) => {
    let state = start
    for (const byte of new TextEncoder().encode(text)) state = languages.after(state, byte)
    return state.isNullable
  }
}

const ofSchema = (schema: unknown) => acceptor({ kind: 'schema', schema })

describe('compileJsonConstraint', () => {
  it.each([
    [
      { type: 'integer' },
      ['0', '-1', '120', '999999999999999'],
      ['', '-', '-0', '01', '1.0', '1e3', '1000000000000000'],
    ],
    [{ type: 'number' }, ['0', '-0.5', '1.25e-7', '3E+9'], ['.5', '1.', '1e', '00', '+1', 'NaN']],
    [
      { type: 'integer', minimum: -12, maximum: 120 },
      ['-12', '-1', '0', '7', '99', '100', '120'],
      ['-13', '121', '130', '1200'],
    ],
    [{ type: 'integer', exclusiveMinimum: 9, exclusiveMaximum: 10.5 }, ['10'], ['9', '11']],
    [
      { type: 'string', minLength: 1, maxLength: 2 },
      ['"a"', '"蛙🐸"', '"\\n\\u00e9"'],
      ['""', '"abc"', '"\n"', '"\\x"', '"\\ud83d"', '"a'],
    ],
    [{ type: 'boolean' }, ['true', 'false'], ['True', '"true"', 'null']],
    [{ type: ['string', 'null'] }, ['null', '""'], ['0']],
    [{ enum: ['a', 1, null, { b: [2] }] }, ['"a"', '1', 'null', '{"b":[2]}'], ['"b"', '2', '{"b": [2]}']],
    [{ type: 'string', enum: ['a', 1] }, ['"a"'], ['1']],
    [
      { type: 'array', items: { const: 1 }, minItems: 1, maxItems: 2 },
      ['[1]', '[1,1]', '[1, 1]'],
      ['[]', '[1,1,1]', '[1,]', '[1  ,1]'],
    ],
    [{ type: 'array', items: { const: 1 }, maxItems: 0 }, ['[]'], ['[1]']],
    [{ anyOf: [{ type: 'null' }, { type: 'array', items: { type: 'null' } }] }, ['null', '[null,null]'], ['[0]']],
    [
      { $ref: '#/$defs/p', $defs: { p: { type: 'array', items: { $ref: '#/$defs/q' } }, q: { const: 'x' } } },
      ['["x"]'],
      ['[1]'],
    ],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, ['{}', '{"a": 1, "b":2}'], ['{"a":"b"}', '{,}']],
    [{ type: 'object', additionalProperties: false }, ['{}'], ['{"a":1}']],
  ])('of %j accepts its values and nothing else', (schema, good, bad) => {
    const accepts = ofSchema(schema)
    for (const text of good) expect([text, accepts(text)]).toEqual([text, true])
    for (const text of bad) expect([text, accepts(text)]).toEqual([text, false])
  })

  it('lets members that are not required be left out, in every combination, with the right commas', () => {
    const names = ['a', 'b', 'c', 'd']
    fc.assert(
      fc.property(fc.subarray(names), fc.subarray(names), (required, written) => {
        const properties = Object.fromEntries(names.map((name) => [name, { const: 1 }]))
        const accepts = ofSchema({ type: 'object', properties, required })
        const text = `{${written.map((name) => `"${name}": 1`).join(',')}}`
        expect(accepts(text)).toBe(required.every((name) => written.includes(name)))
      }),
    )
  })

  it('bounds integers exactly', () => {
    const bounds = fc.tuple(fc.integer({ min: -3000, max: 3000 }), fc.nat({ max: 2000 }))
    fc.assert(
      fc.property(bounds, fc.integer({ min: -6000, max: 6000 }), ([low, width], value) => {
        const accepts = ofSchema({ type: 'integer', minimum: low, maximum: low + width })
        expect(accepts(String(value))).toBe(value >= low && value <= low + width)
      }),
    )
  })

  it('without a schema takes every object up to its depth, as JSON.stringify writes it', () => {
    const accepts = acceptor({ kind: 'object' })
    const isWritable = (text: string) => !/[\u{d800}-\u{dfff}]/u.test(text) && !/\\ud[89a-f]/.test(text)
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3, noUnicodeString: false })), (value) => {
        const text = JSON.stringify(value)
        // Numbers of more digits than a double holds exactly are not written.
        fc.pre(isWritable(text) && !/\d{16}|e[+-]\d{3}/.test(text))
        expect(accepts(text)).toBe(true)
      }),
    )
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    expect([accepts(nested(maxJsonDepth)), accepts(nested(maxJsonDepth + 1))]).toEqual([true, false])
    expect(['[]', '1', ' {}', '{}\n'].map(accepts)).toEqual([false, false, false, false])
  })

  it.each([
    [{ type: 'string', format: 'date' }, '"#" uses "format"'],
    [{ type: 'number', minimum: 1 }, '"#" uses "minimum"'],
    [{ type: 'object', properties: { a: { oneOf: [] } } }, '"#/properties/a" uses'],
    [{ type: 'object', required: ['a'] }, '"#/required" names "a"'],
    [{ type: 'array', minItems: -1 }, '"#/minItems" is -1'],
    [{ minLength: 2 }, 'has no "type"'],
    [{ enum: [] }, 'allows no value at all'],
    [{ enum: Array.from({ length: 3000 }, (_, i) => i) }, 'goes beyond 2000 parts'],
    [7, 'is not a schema'],
  ])('refuses %j, naming the place', (schema, message) => {
    expect(() => checkJsonConstraint({ kind: 'schema', schema })).toThrow(message)
  })

  it('gives up on a schema whose states never end, and says so', () => {
    // Twenty repetitions that all read the same text, each with a counter of its own.
    const texts = Array.from({ length: 20 }, (_, i) => ({ type: 'string', maxLength: 10_000 * (i + 1) }))
    const languages = new ByteLanguages()
    let state = compileJsonConstraint({ kind: 'schema', schema: { anyOf: texts } }, languages)
    const read = () => {
      state = languages.after(state, 0x22)
      for (let i = 0; i < 20_000; i++) state = languages.after(state, 0x61)
    }
    expect(read).toThrow('leads to more than 200000 states; make it simpler')
  })
})
