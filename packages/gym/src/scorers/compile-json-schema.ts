import type { ZodType } from 'zod'
import { GymError, messageOf } from '../errors.js'
import { loadAjv } from '../load-ajv.js'

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
    const isDraft07 = '$schema' in schema && String(schema.$schema).includes('draft-07')
    const ajv = loadAjv(isDraft07 ? 'draft-07' : '2020', { strictTypes: false, strictTuples: false })
    const validate = ajv.compile(schema)
    return (value) => (validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: 'the value' }))
  } catch (cause) {
    const message = `jsonSchemaMatch() was given a schema that cannot be used: ${messageOf(cause)}; correct the schema`
    throw new GymError('config', 'bad-json-schema', message, { cause })
  }
}

function isZod(schema: object): schema is ZodType {
  return 'safeParse' in schema && typeof schema.safeParse === 'function'
}
