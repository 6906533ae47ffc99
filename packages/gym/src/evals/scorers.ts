import { GymError } from '../errors.js'
import { didYouMean } from '../options/did-you-mean.js'
import type { Reward, RewardResult, RewardSample } from '../trip.js'
import type { CheckedEvalOptions, EvalRowResult } from './eval-options.js'

/** One scorer of responses with the name it goes by in results and messages. */
export interface NamedScorer {
  readonly name: string
  readonly score: (sample: RewardSample) => ScorerResult | Promise<ScorerResult>
}

/** Whatever a scorer of responses may return. */
export type ScorerResult = EvalRowResult | RewardResult

/** The options that say how responses are scored. */
export type ScoringOptions = Pick<CheckedEvalOptions, 'reward' | 'evalResponseFn' | 'scorers'>

/** Names of functions that have none; keepEvaluation calls the reward of a training run so, too. */
const nameless: readonly string[] = ['reward', 'evalResponseFn', 'evalFn']

/** Tells whether a name is only what stands for none. */
export function isNameless(scorer: string): boolean {
  return nameless.includes(scorer)
}

/** Names that stay in their order in an object and read well in tables and files. */
const scorerName = /^[A-Za-z][\w.-]{0,63}$/

/** Tells whether a value names one function or more. */
export function areScorers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return false
  return Object.entries(value).every(([name, scorer]) => scorerName.test(name) && typeof scorer === 'function')
}

/** Lists the scorers of responses by name, the main one first; none where `evalFn` scores. */
export function namedScorers({ reward, evalResponseFn, scorers }: ScoringOptions): readonly NamedScorer[] {
  if (scorers !== undefined) {
    return Object.entries(scorers).map(([name, scorer]: [string, Reward]) => ({
      name,
      score: (sample) => scorer(sample),
    }))
  }
  if (reward !== undefined) return [{ name: reward.name || 'reward', score: (sample) => reward(sample) }]
  if (evalResponseFn === undefined) return []
  const name = evalResponseFn.name || 'evalResponseFn'
  return [{ name, score: ({ row, response }) => evalResponseFn(row, response) }]
}

/** Lists the names of the scorers, the main one first. */
export function scorerNames(options: ScoringOptions & Pick<CheckedEvalOptions, 'evalFn'>): readonly string[] {
  const names = namedScorers(options).map(({ name }) => name)
  return names.length > 0 ? names : [options.evalFn?.name || 'evalFn']
}

/** Throws GymError 'config' unless there is a scorer of that name; `where` says who asked, e.g. `gate`. */
export function requireScorer(name: string, names: readonly string[], where: string): void {
  if (names.includes(name)) return
  const near = didYouMean(name, names)
  const next = near === undefined ? `it has ${names.join(', ')}` : `did you mean "${near}"?`
  throw new GymError('config', 'unknown-scorer', `${where} has no scorer "${name}"; ${next}`)
}
