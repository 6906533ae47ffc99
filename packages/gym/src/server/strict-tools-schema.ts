import { isRecord } from '../is-record.js'

/** A schema without what only describes it. */
export interface PlainSchema {
  readonly schema: unknown
  /** Schemas and values in it. */
  readonly parts: number
}

const annotations = [
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  '$schema',
  '$id',
  'id',
  '$anchor',
  '$comment',
]

/** Keywords that hold values, one schema (or a list of them), or schemas by name. */
const keywords: Readonly<Record<string, 'value' | 'schema' | 'schemas'>> = {
  type: 'value',
  enum: 'value',
  const: 'value',
  format: 'value',
  required: 'value',
  dependentRequired: 'value',
  minProperties: 'value',
  maxProperties: 'value',
  minItems: 'value',
  maxItems: 'value',
  minContains: 'value',
  maxContains: 'value',
  minLength: 'value',
  maxLength: 'value',
  minimum: 'value',
  maximum: 'value',
  exclusiveMinimum: 'value',
  exclusiveMaximum: 'value',
  multipleOf: 'value',
  $ref: 'value',
  additionalProperties: 'schema',
  propertyNames: 'schema',
  items: 'schema',
  prefixItems: 'schema',
  additionalItems: 'schema',
  contains: 'schema',
  anyOf: 'schema',
  oneOf: 'schema',
  allOf: 'schema',
  not: 'schema',
  if: 'schema',
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: 'schema',
  else: 'schema',
  properties: 'schemas',
  dependentSchemas: 'schemas',
  $defs: 'schemas',
  definitions: 'schemas',
}

/** Schemas and values of one schema at most: what ajv makes of 1,500 properties is nested too deep for the engine to run. */
const MAX_PARTS = 1000
/** The same with each $ref replaced by what it refers to. */
const MAX_UNROLLED_PARTS = 10_000
const MAX_DEPTH = 64

/**
 * Takes out of a schema what only describes it, and refuses keywords that this dialect lacks or whose check can take longer
 * than the text is long: a client that sends `pattern`, `uniqueItems` or a `$ref` into itself could hold up all others.
 * Whether the values of keywords make sense is not looked at.
 *
 * @throws Error that names the keyword and where it stands.
 */
export function plainSchema(schema: unknown, path: string, isOfDialect: (keyword: string) => boolean): PlainSchema {
  let parts = 0
  const schemas = new Set<unknown>()
  const count = (more: number, where: string) => {
    parts += more
    if (parts > MAX_PARTS) refuse(where, `goes beyond ${MAX_PARTS} parts`, 'make it smaller')
  }
  const strip = (value: unknown, where: string, depth: number): unknown => {
    count(1, where)
    if (depth > MAX_DEPTH) refuse(where, `is nested more than ${MAX_DEPTH} deep`, 'make it flatter')
    if (!isRecord(value)) return value
    const entries = Object.entries(value).filter(([name]) => !annotations.includes(name) && !name.startsWith('x-'))
    const plain = Object.fromEntries(
      entries.map(([name, inner]) => {
        const kind = Object.hasOwn(keywords, name) && isOfDialect(name) ? keywords[name] : undefined
        if (kind === undefined) {
          const what = `uses "${name.slice(0, 60)}", which a strict tool cannot have`
          refuse(where, what, 'leave it out, or set strict to false')
        }
        if (name === 'enum' && Array.isArray(inner) && inner.length === 0) refuse(where, 'has an empty enum', 'fill it')
        if (kind === 'value') countValues(inner, `${where}/${name}`, depth)
        return [name, kind === 'value' ? inner : stripInside(kind === 'schemas', inner, `${where}/${name}`, depth + 1)]
      }),
    )
    schemas.add(plain)
    return plain
  }
  const stripInside = (isByName: boolean, inner: unknown, where: string, depth: number): unknown => {
    if (Array.isArray(inner)) return inner.map((item, i) => strip(item, `${where}/${i}`, depth))
    if (!isByName || !isRecord(inner)) return strip(inner, where, depth)
    return Object.fromEntries(
      Object.entries(inner).map(([name, item]) => [name, strip(item, `${where}/${name}`, depth)]),
    )
  }
  const countValues = (value: unknown, where: string, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    if (depth > MAX_DEPTH) refuse(where, `is nested more than ${MAX_DEPTH} deep`, 'make it flatter')
    const values = Object.values(value)
    count(values.length, where)
    for (const inner of values) countValues(inner, where, depth + 1)
  }
  const plain = strip(schema, path, 0)
  boundUnrolled(plain, schemas, path)
  return { schema: plain, parts }
}

/** Bounds how often the parts of a schema can be checked for one value, which references multiply. */
function boundUnrolled(root: unknown, schemas: ReadonlySet<unknown>, path: string): void {
  const known = new Map<object, number>()
  const open = new Set<object>()
  const sizeOf = (schema: unknown): number => {
    if (!isRecord(schema)) return 1
    const size = known.get(schema)
    if (size !== undefined) return size
    if (open.has(schema)) refuse(path, 'refers to a part of it inside that part', 'unroll it')
    open.add(schema)
    let sum = 1
    for (const [name, inner] of Object.entries(schema)) {
      if (name === '$ref') sum += sizeOf(referred(root, inner, schemas, path))
      else if (name === 'enum' && Array.isArray(inner)) sum += inner.length
      else if (name !== '$defs' && name !== 'definitions' && keywords[name] !== 'value') {
        const isMany = Array.isArray(inner) || (keywords[name] === 'schemas' && isRecord(inner))
        for (const item of isMany ? Object.values(inner) : [inner]) sum += sizeOf(item)
      }
    }
    if (sum > MAX_UNROLLED_PARTS) {
      refuse(path, `has more than ${MAX_UNROLLED_PARTS} parts once its $ref are unrolled`, 'make it smaller')
    }
    open.delete(schema)
    known.set(schema, sum)
    return sum
  }
  sizeOf(root)
}

function referred(root: unknown, target: unknown, schemas: ReadonlySet<unknown>, path: string): unknown {
  if (typeof target === 'string' && /^#(\/|$)/.test(target)) {
    let found = root
    for (const step of target.split('/').slice(1)) {
      const name = uriDecoded(step).replaceAll('~1', '/').replaceAll('~0', '~')
      const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, name)
      found = isThere ? (found as Readonly<Record<string, unknown>>)[name] : undefined
    }
    // Only to what was walked as a schema: the value of a `const` may hold any keyword.
    if (schemas.has(found) || typeof found === 'boolean') return found
  }
  return refuse(path, `refers to ${JSON.stringify(target).slice(0, 100)}`, 'refer to "#/$defs/NAME"')
}

function uriDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function refuse(path: string, what: string, nextStep: string): never {
  throw new Error(`the JSON schema at "${path.slice(0, 200)}" ${what}; ${nextStep}`)
}
