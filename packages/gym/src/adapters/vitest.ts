import { scoreSample } from '../rewards/score-sample.js'
import type { Reward } from '../trip.js'
import { type GivenSample, sampleOf } from './sample-of.js'

/** What a matcher of vitest returns. */
export interface MatcherOutcome {
  readonly pass: boolean
  readonly message: () => string
  readonly actual: unknown
  readonly expected: unknown
}

/**
 * Passes when a scorer gives a response at least `min`; a scorer that abstains (null) never passes, with `.not` neither.
 * Asynchronous: `await expect(...)`.
 *
 * @example
 * import { expect } from 'vitest'
 * import { toScoreAtLeast } from 'training-gym/vitest'
 * expect.extend({ toScoreAtLeast })
 * await expect('Paris').toScoreAtLeast(exactMatch(), 1, { expected: 'Paris' })
 */
export async function toScoreAtLeast(
  this: { readonly isNot?: boolean },
  response: unknown,
  scorer: Reward,
  min: number,
  sample: GivenSample = {},
): Promise<MatcherOutcome> {
  const scored = await scoreSample(scorer, sampleOf(response, sample))
  const name = scorer.name || 'the scorer'
  if (scored.kind === 'unscorable') {
    const message = () => `${name} abstained (null): the response cannot be scored ${JSON.stringify(scored.details)}`
    return { pass: this.isNot === true, message, actual: null, expected: min }
  }
  const message = () =>
    `expected ${name} to score ${this.isNot === true ? 'below' : 'at least'} ${min}, got ${scored.score} ${JSON.stringify(scored.details)}`
  return { pass: scored.score >= min, message, actual: scored.score, expected: min }
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: must repeat the declaration of vitest, whose default is `any`.
  interface Matchers<T = any> {
    /** Passes when a scorer gives the response at least `min`. */
    toScoreAtLeast: (scorer: Reward, min: number, sample?: GivenSample) => Promise<T>
  }
}
