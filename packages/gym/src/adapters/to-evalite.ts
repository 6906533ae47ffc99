import { scoreSample } from '../rewards/score-sample.js'
import { nameScorer } from '../scorers/name-scorer.js'
import type { Reward } from '../trip.js'
import { sampleOf } from './sample-of.js'

/** What evalite hands to a scorer. */
export interface EvaliteInput {
  readonly input: unknown
  readonly output: unknown
  readonly expected?: unknown
}

/** What evalite takes from a scorer. */
export interface EvaliteScore {
  name: string
  score: number | null
  metadata?: Readonly<Record<string, unknown>>
}

/**
 * Turns a scorer into one of evalite. `input` and `expected` become the row's; when they are objects their fields are its
 * columns too. Evalite reports null as 0, and expects scores between 0 and 1.
 *
 * @example
 * evalite('capitals', { data, task, scorers: [toEvalite(exactMatch())] })
 */
export function toEvalite(scorer: Reward): (given: EvaliteInput) => Promise<EvaliteScore> {
  const name = scorer.name || 'scorer'
  const adapted = async ({ input, output, expected }: EvaliteInput): Promise<EvaliteScore> => {
    const scored = await scoreSample(scorer, sampleOf(output, { input, expected }))
    return { name, score: scored.kind === 'scored' ? scored.score : null, metadata: scored.details }
  }
  return nameScorer(name, adapted)
}
