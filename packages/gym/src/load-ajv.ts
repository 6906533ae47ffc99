import { createRequire } from 'node:module'
import type { Ajv, Options } from 'ajv'
import type { FormatsPlugin } from 'ajv-formats'

export type JsonSchemaDialect = '2020' | '2019' | 'draft-07'

/**
 * Loads ajv, with formats, only for those who use it; by `require`, since a scorer must answer synchronously to be under the
 * time limit.
 */
export function loadAjv(dialect: JsonSchemaDialect, options: Options): Ajv {
  const require = createRequire(import.meta.url)
  const { default: addFormats } = require('ajv-formats') as { default: FormatsPlugin }
  const { default: Validator } = require(dialect === 'draft-07' ? 'ajv' : `ajv/dist/${dialect}`) as {
    default: typeof Ajv
  }
  const ajv = new Validator(options)
  addFormats(ajv)
  return ajv
}
