import { z } from 'zod'
import { deriveSeed } from '../random/seeded-random.js'
import type { EvalRowRecord } from '../store/records.js'
import { requireScorer } from './scorers.js'
import { shownPercent, shownScore, shownToReach } from './shown-to-reach.js'
import { bootstrapInterval } from './statistics/bootstrap-interval.js'
import { groupScores, rowsByScorer } from './summarise-scores.js'

/** What a scorer's mean must be shown to reach. */
export interface GateCondition {
  /**
   * The lower end of the mean's interval must be at least this. Scores that are all equal, other than passes (1), give no
   * such end: then 72 prompts are needed (at 0.95), see `shownToReach`.
   */
  readonly min: number
  /** Confidence of that interval, between 0.5 and 1. Default 0.95. */
  readonly ci?: number | undefined
}

/** Conditions by the name of the scorer. */
export type Gate = Readonly<Record<string, GateCondition>>

/** What became of one gate. */
export interface GateResult {
  readonly scorer: string
  readonly min: number
  /** Confidence of the interval. */
  readonly ci: number
  /** Null, like `low`, when the scorer scored nothing. */
  readonly mean: number | null
  /** What the mean is shown to reach: the lower end of its interval; -Infinity where scores are too few, or all equal. */
  readonly low: number | null
  /** Responses scored, of `total`. */
  readonly scored: number
  readonly total: number
  readonly passed: boolean
  /** The outcome in words, with its evidence. */
  readonly sentence: string
}

/** Validates the `gate` option. */
export const gateSchema = z.record(
  z.string().min(1),
  z.strictObject({ min: z.number(), ci: z.number().gt(0.5).lt(1).default(0.95) }),
)

/** Throws GymError 'config' when a gate names a scorer that the evaluation does not have. */
export function checkGateNames(gate: Gate | undefined, names: readonly string[]): void {
  for (const name of Object.keys(gate ?? {})) requireScorer(name, names, 'a gate is set, but the evaluation')
}

/** Judges each gate by the rows; `seed` is the one of the intervals in the result, so that the two agree. */
export function judgeGates(
  gate: Gate,
  rows: readonly EvalRowRecord[],
  { names, seed }: { readonly names: readonly string[]; readonly seed: number },
): readonly GateResult[] {
  return Object.entries(gate).map(([scorer, { min, ci = 0.95 }]) => {
    const seen = scorer === names[0] ? rows : rowsByScorer(rows, scorer)
    const groups = [...groupScores(seen).values()]
    const scored = groups.reduce((sum, group) => sum + group.length, 0)
    const common = { scorer, min, ci, scored, total: rows.length }
    if (scored === 0) {
      const sentence = `gate ${scorer} >= ${min} failed: none of ${rows.length} responses was scored`
      return { ...common, mean: null, low: null, passed: false, sentence }
    }
    const interval = bootstrapInterval(groups, { seed: intervalSeed(seed, scorer, names), confidence: ci })
    const what = `the mean's ${shownPercent(ci)} interval`
    const { passed, low, told } = shownToReach(groups, interval, { min, confidence: ci, what })
    const sentence = `gate ${scorer} >= ${min} ${passed ? 'passed' : 'failed'}: ${told} (mean ${shownScore(interval.mean)}, ${scored} of ${rows.length} responses scored)`
    return { ...common, mean: interval.mean, low, passed, sentence }
  })
}

/** The seed of a scorer's interval: that of the evaluation for the main scorer, another for each further one. */
export function intervalSeed(seed: number, scorer: string, names: readonly string[]): number {
  return scorer === names[0] ? deriveSeed(seed, 'interval') : deriveSeed(seed, 'interval', scorer)
}
