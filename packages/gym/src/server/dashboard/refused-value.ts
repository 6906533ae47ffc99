import type { z } from '@hono/zod-openapi'
import { shownValue } from '../../options/shown-value.js'

/** Says for a person which value of a request was refused, and what it must be; `sent` is what it stood in. */
export function refusedValue(issue: z.core.$ZodIssue | undefined, sent: unknown): string {
  if (issue === undefined) return 'the request is not valid; see /api/v1/openapi.json'
  const name = issue.path.length === 0 ? 'the request' : issue.path.join('.')
  const got = valueAt(sent, issue.path)
  const claim = claimOf(issue)
  if (claim === undefined) return `${name} is not valid: ${issue.message}; see /api/v1/openapi.json`
  return got === undefined ? `${name} is missing; it ${claim}` : `${name} ${claim}, got ${shownValue(got)}`
}

function claimOf(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'too_big':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`
    case 'too_small':
      if ((issue.origin === 'string' || issue.origin === 'array') && Number(issue.minimum) === 1) {
        return 'must not be empty'
      }
      return `must ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`
    case 'invalid_type':
      return `must be ${types[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((one) => shownValue(one)).join(', ')}`
    default:
      return undefined
  }
}

const types: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
}

function amount(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`
  return origin === 'array' ? `have ${bound} ${limit} entries` : `be ${bound} ${limit}`
}

function valueAt(sent: unknown, path: readonly PropertyKey[]): unknown {
  let at = sent
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<PropertyKey, unknown>)[part]
  }
  return at
}
