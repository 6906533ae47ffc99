import type { Ajv, Options } from 'ajv'
import { isRecord } from '../is-record.js'
import { type JsonSchemaDialect, loadAjv } from '../load-ajv.js'
import { refusal } from './openai-error.js'
import { RecentAnswers } from './recent-answers.js'
import type { ChatRequest } from './request-schemas.js'
import { plainSchema } from './strict-tools-schema.js'
import type { CallCheck } from './tool-call-cutter.js'

type Tool = NonNullable<ChatRequest['tools']>[number]['function']

/** Tells whether arguments, JSON text, follow the parameters of a tool. */
type ArgumentsCheck = (given: string) => boolean

/** Parts of the schemas of one request at most, so that looking at them holds up nobody. */
const MAX_PARTS_OF_ALL = 10_000
/** Schemas kept at most, and how long one may be to be kept. */
const MAX_KEPT = 256
const MAX_KEPT_CHARACTERS = 64 * 1024

// Both only spare work: the same schema gives the same answer in every server of a process.
const metaSchemas = new Map<JsonSchemaDialect, Ajv>()
const checks = new RecentAnswers<ArgumentsCheck>(MAX_KEPT, MAX_KEPT_CHARACTERS)

/**
 * Makes the check of the calls of strict tools: arguments follow `parameters`. Calls of other tools pass. Here the model
 * writes freely and what it wrote is checked afterwards, so all is allowed whose check costs no more than the text is
 * long, and that is more than constrained decoding can follow: formats, bounds of numbers, `allOf`. Of a tool that is never
 * called the schema is looked at, not compiled.
 *
 * @throws a 400 refusal for a schema that is none, or with a keyword that `plainSchema` refuses.
 */
export function strictCallCheck(tools: readonly Tool[]): CallCheck {
  let parts = 0
  const checkOf = ({ name, parameters = { additionalProperties: false } }: Tool): ArgumentsCheck => {
    const dialect = dialectOf(parameters)
    try {
      const ajv = metaSchemaOf(dialect)
      const plain = plainSchema(parameters, `#/${name}`, (keyword) => ajv.RULES.keywords[keyword] === true)
      parts += plain.parts
      if (parts > MAX_PARTS_OF_ALL) {
        throw new Error(`the tools up to this one go beyond ${MAX_PARTS_OF_ALL} parts; give fewer strict tools`)
      }
      return checks.get(`${dialect} ${JSON.stringify(plain.schema)}`, () => argumentsCheck(plain.schema, dialect))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const message = `the parameters of "${name}" cannot be used: ${error.message}`
      throw refusal(400, { message, param: 'tools', code: 'invalid_value' })
    }
  }
  const ofTools = new Map(tools.map((tool) => [tool.name, checkOf(tool)]))
  return ({ name, arguments: given }) => ofTools.get(name)?.(given) ?? true
}

/** Throws for a schema that is none. Compiling waits for the first call, since most tools of a request are not called. */
function argumentsCheck(schema: unknown, dialect: JsonSchemaDialect): ArgumentsCheck {
  const ajv = metaSchemaOf(dialect)
  if ((typeof schema !== 'object' && typeof schema !== 'boolean') || schema === null || !ajv.validateSchema(schema)) {
    throw new Error(`${ajv.errorsText(ajv.errors, { dataVar: 'the schema' })}; correct the schema`)
  }
  let validate: ((value: unknown) => unknown) | null = null
  return (given) => {
    // A compiler of its own: ajv never forgets what one of its instances has compiled.
    validate ??= ajvOf(dialect, { meta: false, validateSchema: false, inlineRefs: false }).compile(schema)
    return validate(JSON.parse(given)) === true
  }
}

/** The drafts before 7 differ in nothing that is left of a schema but the bounds of draft 4, and those are refused. */
function dialectOf(schema: unknown): JsonSchemaDialect {
  const stated = isRecord(schema) && typeof schema.$schema === 'string' ? schema.$schema : ''
  if (/draft-0[3-7]/.test(stated)) return 'draft-07'
  return stated.includes('2019-09') ? '2019' : '2020'
}

/** Holds the schema of schemas, whose compiling costs a hundred times what one tool does. */
function metaSchemaOf(dialect: JsonSchemaDialect): Ajv {
  const known = metaSchemas.get(dialect)
  if (known !== undefined) return known
  const made = ajvOf(dialect, {})
  metaSchemas.set(dialect, made)
  return made
}

function ajvOf(dialect: JsonSchemaDialect, options: Options): Ajv {
  // Formats that are not known say nothing, as JSON Schema has it; ajv would write a line about each.
  return loadAjv(dialect, { ...options, strict: false, logger: false })
}
