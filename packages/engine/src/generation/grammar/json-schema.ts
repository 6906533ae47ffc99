import { isJsonObject, type JsonObject } from '../../checkpoint/read-json-object.js'
import { EngineError } from '../../errors.js'
import { ByteLanguages, type Language } from './byte-language.js'
import { JsonText, maxJsonDepth } from './json-text.js'

/** Which JSON a sample must be. */
export type JsonConstraint =
  | { readonly kind: 'object' }
  /** A subset of JSON Schema; `checkJsonConstraint` names what is not in it. */
  | { readonly kind: 'schema'; readonly schema: unknown }
  /** One call of one of these tools, written as Qwen and Hermes models do: `<tool_call>`, a line of JSON, `</tool_call>`. */
  | { readonly kind: 'tool-call'; readonly tools: readonly CallableTool[] }

/** A function that a model may call. */
export interface CallableTool {
  readonly name: string
  /** Schema of its arguments, an object; without one it takes none. */
  readonly parameters?: unknown
}

const annotations = [
  'title',
  'description',
  'default',
  'examples',
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
]
const numeric = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
const keywordsOf: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength'],
  integer: numeric,
  number: [],
  boolean: [],
  null: [],
}

/** Members, options and values of one schema at most, all together. */
const maxParts = 2000

/**
 * Throws `bad-request` for a schema that cannot be followed exactly, with the keyword and where it stands. Supported:
 * type, properties, required, additionalProperties, items, minItems, maxItems, minLength, maxLength, bounds of
 * integers, enum, const, anyOf, and $ref to a definition that does not contain itself.
 */
export function checkJsonConstraint(constraint: JsonConstraint): void {
  compileJsonConstraint(constraint, new ByteLanguages())
}

/** Compiles a constraint to the language of its JSON texts. Members come in the order of `properties`. */
export function compileJsonConstraint(constraint: JsonConstraint, languages: ByteLanguages): Language {
  const json = new JsonText(languages)
  if (constraint.kind === 'object') return json.record(json.value(maxJsonDepth - 1))
  if (constraint.kind === 'tool-call') return toolCall(constraint.tools, languages, json)
  const language = new SchemaCompiler(constraint.schema, languages, json).compile(constraint.schema, '#', 0)
  if (language === languages.none) refuse('#', 'allows no value at all', 'correct its bounds')
  return language
}

const noParameters = { type: 'object', properties: {}, additionalProperties: false }

function toolCall(tools: readonly CallableTool[], of: ByteLanguages, json: JsonText): Language {
  const calls = tools.map(({ name, parameters = noParameters }) => {
    const given = new SchemaCompiler(parameters, of, json).compile(parameters, `#/${name}`, 0)
    return json.object([
      { name: 'name', value: json.literal(name), isRequired: true },
      { name: 'arguments', value: given, isRequired: true },
    ])
  })
  const call = of.choice(...calls)
  if (call === of.none) refuse('#', 'leaves no tool that could be called', 'correct the parameters')
  return of.sequence(of.literal('<tool_call>\n'), call, of.literal('\n</tool_call>'))
}

class SchemaCompiler {
  readonly #root: unknown
  readonly #of: ByteLanguages
  readonly #json: JsonText
  /** By place, name and depth, since the depth of what lies inside is bounded. */
  readonly #definitions = new Map<string, Language>()
  /** Definitions being compiled: meeting one of them again means that it contains itself. */
  readonly #open = new Set<string>()
  #parts = 0

  constructor(root: unknown, languages: ByteLanguages, json: JsonText) {
    this.#root = root
    this.#of = languages
    this.#json = json
  }

  compile(schema: unknown, path: string, depth: number): Language {
    this.#count(1, path)
    if (depth > maxJsonDepth) refuse(path, `is nested more than ${maxJsonDepth} deep`, 'make it flatter')
    if (schema === true) return this.#json.value(maxJsonDepth - depth)
    if (!isJsonObject(schema)) return refuse(path, 'is not a schema', 'give an object')
    const keywords = Object.keys(schema).filter((keyword) => !annotations.includes(keyword))
    if (keywords.length === 0) return this.#json.value(maxJsonDepth - depth)
    if ('$ref' in schema) return this.#reference(alone(schema, keywords, '$ref', path), path, depth)
    if ('anyOf' in schema) {
      const options = listOf(alone(schema, keywords, 'anyOf', path), `${path}/anyOf`)
      return this.#of.choice(...options.map((option, i) => this.compile(option, `${path}/anyOf/${i}`, depth)))
    }
    const types = typesOf(schema, path)
    if ('const' in schema || 'enum' in schema) return this.#values(schema, keywords, types, path)
    const known = types.length > 0 ? types.flatMap((type) => keywordsOf[type] ?? []) : Object.values(keywordsOf).flat()
    refuseUnknown(keywords, ['type', ...known], path)
    if (types.length === 0) refuse(path, 'has no "type"', 'give one')
    return this.#of.choice(...types.map((type) => this.#typed(type, schema, path, depth)))
  }

  #typed(type: string, schema: JsonObject, path: string, depth: number): Language {
    const bound = (keyword: string) => boundOf(schema, keyword, path)
    switch (type) {
      case 'string':
        return this.#json.string(bound('minLength'), bound('maxLength'))
      case 'integer':
        return this.#integer(schema, path)
      case 'number':
        return this.#json.number()
      case 'boolean':
        return this.#of.choice(this.#json.literal(true), this.#json.literal(false))
      case 'null':
        return this.#json.literal(null)
      case 'array': {
        const item = this.compile(schema.items ?? true, `${path}/items`, depth + 1)
        return this.#json.array(item, bound('minItems'), bound('maxItems'))
      }
      default:
        return this.#object(schema, path, depth)
    }
  }

  #object(schema: JsonObject, path: string, depth: number): Language {
    const { properties = {}, additionalProperties = true } = schema
    if (!isJsonObject(properties)) return refuse(`${path}/properties`, 'is not an object', 'give names with schemas')
    const required = listOf(schema.required ?? [], `${path}/required`)
    const names = Object.keys(properties)
    this.#count(names.length, path)
    const unlisted = required.find((name) => typeof name !== 'string' || !Object.hasOwn(properties, name))
    if (unlisted !== undefined) refuse(`${path}/required`, `names ${JSON.stringify(unlisted)}`, 'list it in properties')
    // Members beyond the listed ones are allowed, not asked for: a text without them always satisfies the schema.
    if (names.length === 0 && additionalProperties !== false) {
      return this.#json.record(this.compile(additionalProperties, `${path}/additionalProperties`, depth + 1))
    }
    return this.#json.object(
      names.map((name) => ({
        name,
        value: this.compile(properties[name], `${path}/properties/${name}`, depth + 1),
        isRequired: required.includes(name),
      })),
    )
  }

  #integer(schema: JsonObject, path: string): Language {
    const bound = (keyword: string, otherwise: number) => {
      const value = schema[keyword] ?? otherwise
      return typeof value === 'number' ? value : refuse(`${path}/${keyword}`, 'is not a number', 'give a number')
    }
    const low = Math.max(bound('minimum', -Infinity), Math.floor(bound('exclusiveMinimum', -Infinity)) + 1)
    const high = Math.min(bound('maximum', Infinity), Math.ceil(bound('exclusiveMaximum', Infinity)) - 1)
    return this.#json.integer(low, high)
  }

  #values(schema: JsonObject, keywords: readonly string[], types: readonly string[], path: string): Language {
    const keyword = 'const' in schema ? 'const' : 'enum'
    refuseUnknown(keywords, ['type', keyword], path)
    const values = keyword === 'const' ? [schema.const] : listOf(schema.enum, `${path}/enum`)
    this.#count(values.length, path)
    const fitting = values.filter((value) => types.length === 0 || types.some((type) => isOfType(value, type)))
    return this.#of.choice(...fitting.map((value) => this.#json.literal(value)))
  }

  #reference(target: unknown, path: string, depth: number): Language {
    const match = typeof target === 'string' ? /^#\/(\$defs|definitions)\/([^/]+)$/.exec(target) : null
    const [, place = '', name = ''] = match ?? []
    const all = isJsonObject(this.#root) ? this.#root[place] : undefined
    if (!isJsonObject(all) || !Object.hasOwn(all, name)) {
      return refuse(path, `refers to ${JSON.stringify(target)}`, 'refer to "#/$defs/NAME"')
    }
    const definition = `#/${place}/${name}`
    if (this.#open.has(definition)) return refuse(path, `refers to "${name}" inside itself`, 'unroll it')
    const key = `${definition}@${depth}`
    const known = this.#definitions.get(key)
    if (known !== undefined) return known
    this.#open.add(definition)
    const compiled = this.compile(all[name], definition, depth)
    this.#open.delete(definition)
    this.#definitions.set(key, compiled)
    return compiled
  }

  #count(parts: number, path: string): void {
    this.#parts += parts
    if (this.#parts > maxParts) refuse(path, `goes beyond ${maxParts} parts`, 'make it smaller')
  }
}

function alone(schema: JsonObject, keywords: readonly string[], keyword: string, path: string): unknown {
  refuseUnknown(keywords, [keyword], path)
  return schema[keyword]
}

function refuseUnknown(keywords: readonly string[], known: readonly string[], path: string): void {
  const unknown = keywords.find((keyword) => !known.includes(keyword))
  if (unknown !== undefined) refuse(path, `uses "${unknown.slice(0, 60)}", which is not supported here`, 'leave it out')
}

function typesOf(schema: JsonObject, path: string): string[] {
  const { type } = schema
  if (type === undefined) return 'properties' in schema ? ['object'] : []
  const types = Array.isArray(type) ? type : [type]
  const unknown = types.find((name) => typeof name !== 'string' || !Object.hasOwn(keywordsOf, name))
  if (unknown === undefined && types.length > 0) return types as string[]
  return refuse(path, `has the type ${JSON.stringify(unknown ?? type)}`, `use ${Object.keys(keywordsOf).join(', ')}`)
}

function isOfType(value: unknown, type: string): boolean {
  if (value === null) return type === 'null'
  if (Array.isArray(value)) return type === 'array'
  if (typeof value === 'number') return type === 'number' || (type === 'integer' && Number.isInteger(value))
  return typeof value === type
}

function listOf(value: unknown, path: string): unknown[] {
  return Array.isArray(value) ? value : refuse(path, 'is not a list', 'give a list')
}

function boundOf(schema: JsonObject, keyword: string, path: string): number | undefined {
  const value = schema[keyword]
  if (value === undefined || (Number.isInteger(value) && (value as number) >= 0)) return value as number | undefined
  return refuse(`${path}/${keyword}`, `is ${JSON.stringify(value)}`, 'give a whole number of at least 0')
}

function refuse(path: string, what: string, nextStep: string): never {
  throw new EngineError('bad-request', `the JSON schema at "${path.slice(0, 200)}" ${what}; ${nextStep}`)
}
