import { createRequire } from 'node:module'
import type { Ajv } from 'ajv'
import type { FormatsPlugin } from 'ajv-formats'
import type { ZodType } from 'zod'
import { GymError, messageOf } from '../errors.js'

/** Tells what is wrong with a value, or null when nothing is. */
export type JsonCheck = (value: unknown) => string | null

/**
 * Compiles a JSON Schema (draft 2020-12, or draft 7 when its `$schema` says so) or takes a zod schema as it is.
 *
 * @throws GymError 'config' (`bad-json-schema`) for a schema that is none: unknown keywords are errors.
 */
export function compileJsonSchema(schema: object): JsonCheck {
  if (isZod(schema)) {
    return (value) => {
      const [issue] = schema.safeParse(value).error?.issues ?? []
      return issue === undefined
        ? null
        : `${issue.path.length === 0 ? 'the value' : issue.path.join('.')}: ${issue.message}`
    }
  }
  try {
    const ajv = loadAjv(String('$schema' in schema ? schema.$schema : ''))
    const validate = ajv.compile(schema)
    return (value) => (validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: 'the value' }))
  } catch (cause) {
    const message = `jsonSchemaMatch() was given a schema that cannot be used: ${messageOf(cause)}; correct the schema`
    throw new GymError('config', 'bad-json-schema', message, { cause })
  }
}

/** Loads ajv only for those who use it; by `require`, since a scorer must answer synchronously to be under the time limit. */
function loadAjv(dialect: string): Ajv {
  const require = createRequire(import.meta.url)
  const { default: addFormats } = require('ajv-formats') as { default: FormatsPlugin }
  const { default: Validator } = require(dialect.includes('draft-07') ? 'ajv' : 'ajv/dist/2020') as {
    default: typeof Ajv
  }
  const ajv = new Validator({ strictTypes: false, strictTuples: false })
  addFormats(ajv)
  return ajv
}

function isZod(schema: object): schema is ZodType {
  return 'safeParse' in schema && typeof schema.safeParse === 'function'
}
