import { z } from 'zod'
import { messageOf } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'
import { nameScorer } from './name-scorer.js'

export interface RegexMatchOptions {
  /** What to look for; a string is read as a regular expression with the flags `su`. */
  readonly pattern: RegExp | string
  /** `search` (default): anywhere in the response; `full`: the whole response, white space at its ends left out. */
  readonly match?: 'search' | 'full' | undefined
}

const schema = z.strictObject({
  pattern: z.union([z.instanceof(RegExp), z.string().min(1)]).superRefine((pattern, context) => {
    try {
      if (typeof pattern === 'string') new RegExp(pattern, 'su')
    } catch (error) {
      context.addIssue({ code: 'custom', message: `must be a regular expression (${messageOf(error)})` })
    }
  }),
  match: z.enum(['search', 'full']).default('search'),
})

/**
 * Makes a scorer that gives 1 when the response matches a pattern, else 0.
 *
 * A pattern that backtracks for ever does not hang a run: evaluations and training end a scorer that holds the thread
 * longer than `rewardTimeLimitMs` and name it. Called by hand, outside of them, the scorer has no such limit.
 *
 * @example
 * regexMatch({ pattern: /^\d{4}-\d{2}-\d{2}$/, match: 'full' })
 */
export function regexMatch(options: RegexMatchOptions): Reward {
  const { pattern, match } = parseOptions(schema, options, 'regexMatch()')
  const { source, flags } = typeof pattern === 'string' ? { source: pattern, flags: 'su' } : pattern
  // `g` and `y` would make a match depend on the one before it; `m` would let ^ and $ mean lines in `full`.
  const kept = flags.replace(match === 'full' ? /[gym]/g : /[gy]/g, '')
  const tested = new RegExp(match === 'full' ? `^(?:${source})$` : source, kept)
  return nameScorer('regexMatch', ({ response }) =>
    tested.test(match === 'full' ? response.trim() : response) ? 1 : 0,
  )
}
