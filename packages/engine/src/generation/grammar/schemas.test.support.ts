import fc from 'fast-check'

type Schema = Record<string, unknown>

const names = fc.constantFrom('a', 'name', 'haiku lines', 'größe', '蛙', 'q"\\', '__proto__x')
const small = fc.nat({ max: 3 })

const strings = fc
  .record({ minLength: fc.option(small, { nil: undefined }), extra: fc.nat({ max: 8 }) })
  .map(({ minLength, extra }) => ({
    type: 'string',
    ...(minLength && { minLength }),
    maxLength: (minLength ?? 0) + extra,
  }))
const integers = fc
  .tuple(fc.integer({ min: -2000, max: 2000 }), fc.nat({ max: 3000 }), fc.boolean())
  .map(([low, width, isExclusive]) =>
    isExclusive
      ? { type: 'integer', exclusiveMinimum: low - 1, exclusiveMaximum: low + width + 1 }
      : { type: 'integer', minimum: low, maximum: low + width },
  )
const literals = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }).map((value) => ({ const: value })),
  fc
    .array(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 4 })
    .map((all) => ({ enum: all })),
)
const leaves: fc.Arbitrary<Schema> = fc.oneof(
  strings,
  integers,
  literals,
  fc.constantFrom(
    { type: 'integer' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'null' },
    { type: ['string', 'null'], maxLength: 5 },
  ),
)

/** Draws schemas of the supported subset whose values fit into about 200 bytes. */
export function schemas(): fc.Arbitrary<Schema> {
  const { schema } = fc.letrec<{ schema: Schema; object: Schema; array: Schema }>((tie) => ({
    schema: fc.oneof({ maxDepth: 2, depthSize: 'small' }, leaves, tie('object'), tie('array'), {
      arbitrary: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
      weight: 1,
    }),
    object: fc
      .tuple(fc.dictionary(names, tie('schema'), { maxKeys: 3, noNullPrototype: true }), fc.boolean(), fc.nat())
      .map(([properties, isClosed, pick]) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).filter((_, index) => (pick >> index) % 2 === 0),
        ...(isClosed && { additionalProperties: false }),
      })),
    array: fc
      .tuple(tie('schema'), fc.nat({ max: 2 }), fc.nat({ max: 2 }))
      .map(([items, minItems, extra]) => ({ type: 'array', items, minItems, maxItems: minItems + extra })),
  }))
  return schema
}

/** Says why a value does not satisfy a schema, null when it does: the plain reading of JSON Schema, nothing of the compiler. */
export function violation(value: unknown, schema: Schema): string | null {
  const same = (other: unknown) => JSON.stringify(other) === JSON.stringify(value)
  if ('const' in schema) return same(schema.const) ? null : 'const'
  if ('enum' in schema) return (schema.enum as unknown[]).some(same) ? null : 'enum'
  if ('anyOf' in schema) {
    return (schema.anyOf as Schema[]).some((option) => violation(value, option) === null) ? null : 'anyOf'
  }
  if (Array.isArray(schema.type)) {
    return schema.type.some((type) => violation(value, { ...schema, type }) === null) ? null : 'type'
  }
  const number = (keyword: string, otherwise: number) => (schema[keyword] as number | undefined) ?? otherwise
  const isWithin = (n: number, kind: string) => n >= number(`min${kind}`, 0) && n <= number(`max${kind}`, Infinity)
  switch (schema.type) {
    case undefined:
      return null
    case 'null':
      return value === null ? null : 'null'
    case 'string':
      return typeof value === 'string' && isWithin([...value].length, 'Length') ? null : 'string'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? null : 'number'
    case 'integer': {
      const low = Math.max(number('minimum', -Infinity), number('exclusiveMinimum', -Infinity) + 1)
      const high = Math.min(number('maximum', Infinity), number('exclusiveMaximum', Infinity) - 1)
      return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high ? null : 'integer'
    }
    case 'array': {
      if (!Array.isArray(value) || !isWithin(value.length, 'Items')) return 'array'
      return value.map((item) => violation(item, schema.items as Schema)).find((found) => found !== null) ?? null
    }
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'object'
      const properties = (schema.properties ?? {}) as Record<string, Schema>
      const missing = ((schema.required ?? []) as string[]).find((name) => !Object.hasOwn(value, name))
      if (missing !== undefined) return `missing ${missing}`
      for (const [name, member] of Object.entries(value)) {
        const known = Object.hasOwn(properties, name) ? properties[name] : undefined
        if (known === undefined && schema.additionalProperties === false) return `unknown ${name}`
        const found = known ? violation(member, known) : null
        if (found !== null) return `${name}: ${found}`
      }
      return null
    }
    default:
      return typeof value === schema.type ? null : String(schema.type)
  }
}
