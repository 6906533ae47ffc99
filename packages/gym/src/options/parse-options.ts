import type { core, output, ZodType } from 'zod'
import { GymError } from '../errors.js'
import { didYouMean } from './did-you-mean.js'
import { knownKeys } from './known-keys.js'
import { shownValue } from './shown-value.js'

export { didYouMean } from './did-you-mean.js'

type Issue = core.$ZodIssue

/** More problems than this are counted, not told. */
const toldAtMost = 3

/**
 * Validates an options object against a zod schema and returns it with defaults filled in.
 *
 * `what` names the thing that takes the options, e.g. `GrpoRecipe`. Throws one GymError ('config', 'bad-options') whose
 * message names each unknown option with the one that was likely meant, and each bad value with what was expected.
 */
export function parseOptions<Schema extends ZodType>(schema: Schema, value: unknown, what: string): output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = [...parsed.error.issues].sort((a, b) => rank(a) - rank(b))
  const told = issues.slice(0, toldAtMost).map((issue) => sentence(issue, schema, value, what))
  const untold = issues.length - told.length
  const message = told.join('; also ') + (untold > 0 ? `; and ${untold} more` : '')
  throw new GymError('config', 'bad-options', message, { cause: parsed.error })
}

function rank(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? 0 : 1
}

function sentence(issue: Issue, schema: ZodType, value: unknown, what: string): string {
  if (issue.code === 'unrecognized_keys') return unknownOptions(issue.keys, issue.path, schema, what)
  const got = valueAt(value, issue.path)
  if (issue.path.length === 0) {
    if (issue.code === 'invalid_type') return `${what} takes an options object, got ${shownValue(got)}`
    return `${what} ${claimOf(issue, got)}`
  }
  const option = `option "${dotted(issue.path)}" of ${what}`
  // What a custom check says may be about the whole, unless it says what this option must be.
  const isMissing = got === undefined && (issue.code !== 'custom' || issue.message.startsWith('must be '))
  if (isMissing) return `${option} is missing; it ${claimOf(issue, got)}`
  return `${option} ${claimOf(issue, got)}, got ${shownValue(got)}${hintFor(issue, got)}`
}

function unknownOptions(keys: readonly string[], path: readonly PropertyKey[], schema: ZodType, what: string): string {
  const known = knownKeys(schema, path)
  const owner = path.length === 0 ? what : `"${dotted(path)}" of ${what}`
  const meant = keys.map((key) => didYouMean(key, known))
  const named = keys.map((key, index) => {
    const near = meant[index]
    return keys.length > 1 && near !== undefined ? `"${key}" (did you mean "${near}"?)` : `"${key}"`
  })
  const start = `unknown option${keys.length > 1 ? 's' : ''} ${named.join(', ')} of ${owner}`
  if (keys.length === 1 && meant[0] !== undefined) return `${start}; did you mean "${meant[0]}"?`
  if (meant.every((near) => near !== undefined)) return start
  return known.length === 0 ? `${start}; it takes none` : `${start}; it takes ${known.join(', ')}`
}

/** What the value must be, as the end of a sentence that begins with its name. */
export function claimOf(issue: Issue, got: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${withArticle(issue.expected)}`
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') {
        return Number(issue.minimum) <= 1
          ? 'must not be empty'
          : `must have at least ${issue.minimum} ${partsOf(issue)}`
      }
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string' || issue.origin === 'array') {
        return `must have at most ${issue.maximum} ${partsOf(issue)}`
      }
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((one) => shownValue(one)).join(', ')}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_union':
      return unionClaim(issue.errors, got)
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `is not a valid ${issue.format}` : issue.message
    default:
      // zod's own words for a custom check without a message tell nothing.
      return issue.message === 'Invalid input' ? 'is not valid' : issue.message
  }
}

function unionClaim(branches: readonly (readonly Issue[])[], got: unknown): string {
  const claims = new Set(branches.flatMap((branch) => branch.slice(0, 1).map((issue) => nestedClaim(issue, got))))
  return claims.size === 0 ? 'is not valid' : [...claims].join(' or ').replaceAll(' or must be ', ' or ')
}

function nestedClaim(issue: Issue, got: unknown): string {
  return issue.path.length === 0
    ? claimOf(issue, got)
    : `must be an object whose "${dotted(issue.path)}" ${claimOf(issue, got)}`
}

function hintFor(issue: Issue, got: unknown): string {
  if (issue.code !== 'invalid_value' || typeof got !== 'string') return ''
  const near = didYouMean(
    got,
    issue.values.filter((one) => typeof one === 'string'),
  )
  return near === undefined ? '' : `; did you mean "${near}"?`
}

function partsOf(issue: { origin: string }): string {
  return issue.origin === 'string' ? 'characters' : 'entries'
}

function withArticle(expected: string): string {
  if (expected === 'int') return 'a whole number'
  if (expected === 'record') return 'an object'
  if (expected === 'null' || expected === 'undefined') return expected
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[')
}

/** Returns what stands at a path in a value; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<PropertyKey, unknown>)[part]
  }
  return at
}
