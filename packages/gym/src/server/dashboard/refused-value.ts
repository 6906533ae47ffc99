import type { z } from '@hono/zod-openapi'
import { claimOf, valueAt } from '../../options/parse-options.js'
import { shownValue } from '../../options/shown-value.js'

type Issue = z.core.$ZodIssue

/** What zod says of these has no place in a sentence. */
const wordless: ReadonlySet<Issue['code']> = new Set(['custom', 'unrecognized_keys', 'invalid_key', 'invalid_element'])

/** Says for a person which value of a request was refused, and what it must be; `sent` is what it stood in. */
export function refusedValue(issue: Issue | undefined, sent: unknown): string {
  if (issue === undefined) return 'the request is not valid; see /api/v1/openapi.json'
  const name = issue.path.length === 0 ? 'the request' : issue.path.join('.')
  if (wordless.has(issue.code)) return `${name} is not valid: ${issue.message}; see /api/v1/openapi.json`
  const got = valueAt(sent, issue.path)
  const claim = claimOf(issue, got)
  return got === undefined ? `${name} is missing; it ${claim}` : `${name} ${claim}, got ${shownValue(got)}`
}
