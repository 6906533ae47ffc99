import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'
import { nameScorer } from './name-scorer.js'
import { referenceTexts } from './reference-of.js'

export interface ExactMatchOptions {
  /** Column with the right answer, or a list of right ones. Default: the row's `output`. */
  readonly column?: string | undefined
  /** Whether upper and lower case differ: `sensitive` (default) or `ignore`. */
  readonly case?: 'sensitive' | 'ignore' | undefined
  /** White space: `trim` (default) drops it at both ends, `collapse` also takes each run for one space, `exact` keeps it. */
  readonly whitespace?: 'exact' | 'trim' | 'collapse' | undefined
}

const schema = z.strictObject({
  column: z.string().min(1).optional(),
  case: z.enum(['sensitive', 'ignore']).default('sensitive'),
  whitespace: z.enum(['exact', 'trim', 'collapse']).default('trim'),
})

/**
 * Makes a scorer that gives 1 when the response is the right answer, else 0. Texts are compared in Unicode's composed
 * form (NFC), so that "é" equals "e" with an accent put on it.
 *
 * @example
 * exactMatch({ column: 'capital', case: 'ignore' })
 */
export function exactMatch(options: ExactMatchOptions = {}): Reward {
  const { column, case: letters, whitespace } = parseOptions(schema, options, 'exactMatch()')
  const plain = (text: string) => {
    const composed = text.normalize('NFC')
    const cased = letters === 'ignore' ? composed.toLowerCase() : composed
    if (whitespace === 'exact') return cased
    return whitespace === 'trim' ? cased.trim() : cased.trim().replace(/\s+/g, ' ')
  }
  return nameScorer('exactMatch', ({ response, row }) => {
    const answer = plain(response)
    return referenceTexts(row, column).some((reference) => plain(reference) === answer) ? 1 : 0
  })
}
