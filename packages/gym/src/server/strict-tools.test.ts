import { describe, expect, it } from 'vitest'
import { strictCallCheck } from './strict-tools.js'

const check = (parameters: Record<string, unknown>) => {
  const isCall = strictCallCheck([{ name: 'f', strict: true, parameters }])
  return (given: object) => isCall({ name: 'f', arguments: JSON.stringify(given) })
}

/** Seconds of processor time. */
function costOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const large = {
  type: 'object',
  properties: {
    ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field${i}`, { type: 'string', description: 'x' }])),
    text: { type: 'string', maxLength: 2000 },
    list: { type: 'array', items: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } },
  },
  additionalProperties: false,
}

describe('strictCallCheck', () => {
  it('looks at 128 schemas in a fraction of a second, and at the same ones again in less', () => {
    const tools = Array.from({ length: 128 }, (_, i) => ({
      name: `tool${i}`,
      strict: true,
      parameters: { ...large, properties: { ...large.properties, [`own${i}`]: { type: 'integer' } } },
    }))
    // The first schema of all also pays for loading ajv. The old way took 3 s for 128 small ones.
    strictCallCheck([{ name: 'f', strict: true }])
    expect(costOf(() => strictCallCheck(tools))).toBeLessThan(1)
    expect(costOf(() => strictCallCheck(tools))).toBeLessThan(0.5)
    const isCall = strictCallCheck(tools)
    expect(isCall({ name: 'tool7', arguments: '{"own7": 3}' })).toBe(true)
    expect(isCall({ name: 'tool7', arguments: '{"own8": 3}' })).toBe(false)
  })

  it.each([
    ['draft 4', { $schema: 'http://json-schema.org/draft-04/schema#', id: 'http://a.example/b' }],
    ['draft 7 by https', { $schema: 'https://json-schema.org/draft-07/schema' }],
    ['2019-09', { $schema: 'https://json-schema.org/draft/2019-09/schema' }],
    ['2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'https://a.example/b' }],
    ['a dialect that nobody knows', { $schema: 'https://a.example/my-own' }],
    ['a $schema that is no text', { $schema: { toString: 1 } }],
    ['an $id that is a fragment', { $id: '#foo' }],
    ['a title that is no text', { title: 3, description: [] }],
    ['examples that are no list', { examples: 'one', default: 1, 'x-own': true, deprecated: 'yes' }],
  ])('takes a schema with %s', (_, more) => {
    for (const _again of [1, 2]) {
      const isCall = check({ ...more, type: 'object', properties: { a: { type: 'integer', ...more } } })
      expect([isCall({ a: 1 }), isCall({ a: 'x' })]).toEqual([true, false])
    }
  })

  it.each<[string, object, unknown, unknown]>([
    ['format', { type: 'string', format: 'date' }, '2026-01-31', 'soon'],
    ['bounds of a number', { type: 'number', minimum: 0.5, exclusiveMaximum: 2 }, 0.5, 2],
    ['allOf', { allOf: [{ type: 'integer' }, { minimum: 3 }] }, 3, 2],
    ['oneOf', { oneOf: [{ type: 'integer' }, { type: 'null' }] }, null, 'x'],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    ['if and then', { if: { type: 'string' }, then: { minLength: 2 } }, 4, 'x'],
    ['a format that nobody knows', { type: 'string', format: 'colour' }, 'red', 3],
    ['prefixItems', { type: 'array', prefixItems: [{ type: 'integer' }], items: false }, [1], [1, 2]],
    ['a $ref to a definition', { $ref: '#/$defs/a~1b' }, 'x', 3],
    ['a $ref to a property', { $ref: '#/properties/first' }, 4, 'x'],
    ['members named as keywords', { properties: { pattern: { type: 'integer' } } }, { pattern: 1 }, { pattern: '' }],
  ])('follows %s', (_, schema, right, wrong) => {
    const isCall = check({
      properties: { first: { type: 'integer' }, v: schema },
      $defs: { 'a/b': { type: 'string' } },
    })
    expect([isCall({ v: right }), isCall({ v: wrong })]).toEqual([true, false])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a pattern', { properties: { a: { pattern: '(a+)+$' } } }, '"#/f/properties/a" uses "pattern"'],
    ['patternProperties', { patternProperties: {} }, '"patternProperties"'],
    ['uniqueItems', { properties: { a: { uniqueItems: true } } }, '"uniqueItems"'],
    ['a keyword that is none', { requierd: ['a'] }, '"requierd"'],
    ['a keyword of another dialect', { additionalItems: false }, '"additionalItems"'],
    ['a $ref into itself', { properties: { a: { $ref: '#' } } }, 'inside that part'],
    ['a $ref to nothing', { $ref: '#/$defs/b' }, 'refers to "#/$defs/b"'],
    ['a $ref elsewhere', { $ref: 'https://a.example/b' }, 'refers to "https://a.example/b"'],
    ['a $ref into a value', { const: { x: { pattern: 'a' } }, not: { $ref: '#/const/x' } }, 'refers to "#/const/x"'],
    ['a wrong value', { properties: 3 }, 'properties must be object'],
    ['a wrong type', { properties: { a: { type: 'blob' } } }, '/properties/a/type'],
    ['an empty enum', { properties: { a: { enum: [] } } }, 'enum'],
  ])('refuses %s by name', (_, parameters, message) => {
    expect(() => check(parameters)).toThrow(message)
    expect(() => check(parameters)).toThrow('the parameters of "f" cannot be used')
  })

  it('refuses references that multiply, and schemas that are too large or too deep', () => {
    const doubled = Array.from({ length: 30 }, (_, i) => [
      `d${i}`,
      { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
    ])
    const $defs = { ...Object.fromEntries(doubled), d30: { type: 'integer' } }
    expect(() => check({ properties: { a: { $ref: '#/$defs/d0' } }, $defs })).toThrow('once its $ref are unrolled')
    expect(() => check({ enum: Array.from({ length: 3000 }, (_, i) => i) })).toThrow('beyond 1000 parts')
    const properties = Object.fromEntries(Array.from({ length: 990 }, (_, i) => [`p${i}`, { type: 'string' }]))
    expect([check({ properties })({ p989: '' }), check({ properties })({ p989: 1 })]).toEqual([true, false])
    let deep: Record<string, unknown> = {}
    let value: unknown[] = []
    for (let i = 0; i < 20_000; i++) {
      deep = { not: deep }
      value = [value]
    }
    expect(() => check(deep)).toThrow('nested more than 64 deep')
    expect(() => check({ const: value })).toThrow('nested more than 64 deep')
  })
})
