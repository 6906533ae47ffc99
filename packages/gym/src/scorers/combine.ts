import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { scoreSample } from '../rewards/score-sample.js'
import type { Reward, Scored } from '../trip.js'
import { nameScorer } from './name-scorer.js'

export interface CombineOptions {
  /** The scorers, under the names that their details get. */
  readonly scorers: Readonly<Record<string, Reward>>
  /** What each score is multiplied by before they are added up; every scorer needs one, and one may be negative. */
  readonly weights: Readonly<Record<string, number>>
  /**
   * What a scorer that returns null does: `abstain` (default) makes the whole null; `drop` leaves it out and gives its
   * weight to the others in proportion, null only when all abstain.
   */
  readonly onNull?: 'abstain' | 'drop' | undefined
  /** Milliseconds that one scorer may take. Default 10,000. */
  readonly timeLimitMs?: number | undefined
}

const schema = z
  .strictObject({
    scorers: z.record(
      z.string().min(1),
      z.custom<Reward>((value) => typeof value === 'function', 'must be a function'),
    ),
    weights: z.record(z.string().min(1), z.number()),
    onNull: z.enum(['abstain', 'drop']).default('abstain'),
    timeLimitMs: z.number().positive().default(10_000),
  })
  .superRefine(({ scorers, weights }, context) => {
    const names = Object.keys(scorers)
    if (names.length === 0) context.addIssue({ code: 'custom', message: 'needs at least one scorer' })
    const unweighted = names.filter((name) => !Object.hasOwn(weights, name))
    if (unweighted.length > 0)
      context.addIssue({ code: 'custom', message: `needs a weight for "${unweighted.join('", "')}"` })
    const unknown = Object.keys(weights).filter((name) => !Object.hasOwn(scorers, name))
    if (unknown.length > 0)
      context.addIssue({ code: 'custom', message: `has no scorer for the weight "${unknown.join('", "')}"` })
  })

/**
 * Makes one scorer of several: the weighted sum of their scores. Details: each score under its scorer's name, its details
 * as `name.detail`, and `name.abstained` where one returned null.
 *
 * @example
 * combine({ scorers: { tests: unitTests({ language: 'python' }), short }, weights: { tests: 1, short: 0.1 } })
 */
export function combine(options: CombineOptions): Reward {
  const { scorers, weights, onNull, timeLimitMs } = parseOptions(schema, options, 'combine()')
  return nameScorer('combine', async (sample) => {
    const parts = await Promise.all(
      Object.entries(scorers).map(async ([name, scorer]) => ({
        name,
        weight: weights[name] ?? 0,
        scored: await scoreSample(scorer, sample, {
          rewardName: name,
          timeLimitMs,
          timeLimitOption: 'timeLimitMs of combine()',
        }),
      })),
    )
    const details = Object.assign({}, ...parts.map(({ name, scored }) => detailsOf(name, scored))) as object
    return { ...details, score: weightedSum(parts, onNull) }
  })
}

interface Part {
  readonly weight: number
  readonly scored: Scored
}

function weightedSum(parts: readonly Part[], onNull: 'abstain' | 'drop'): number | null {
  let sum = 0
  let given = 0
  let total = 0
  for (const { weight, scored } of parts) {
    total += Math.abs(weight)
    if (scored.kind === 'unscorable') {
      if (onNull === 'abstain') return null
      continue
    }
    given += Math.abs(weight)
    sum += weight * scored.score
  }
  if (parts.every(({ scored }) => scored.kind === 'unscorable')) return null
  return given === 0 || given === total ? sum : (sum * total) / given
}

function detailsOf(name: string, scored: Scored): Record<string, unknown> {
  const own = Object.entries(scored.details).map(([detail, value]) => [`${name}.${detail}`, value] as const)
  const outcome = scored.kind === 'scored' ? [name, scored.score] : [`${name}.abstained`, true]
  return Object.fromEntries([outcome, ...own]) as Record<string, unknown>
}
