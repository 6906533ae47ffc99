import { GymError } from '../errors.js'
import type { EvalResult } from './eval-result.js'
import { requireScorer } from './scorers.js'
import { rowsByScorer } from './summarise-scores.js'

/** Names the scorer whose scores stand at the top level of a result and in its rows; undefined where it is not known. */
export function shownScorer({ scorer, scorers }: Partial<Pick<EvalResult, 'scorer' | 'scorers'>>): string | undefined {
  return scorer ?? scorers?.[0]?.name
}

/**
 * Shows a result as one of its scorers sees it: scores, mean, interval, failures and details are that scorer's, so that
 * it can be described and compared like any other.
 *
 * @example
 * compareEvals(resultByScorer(base, 'topic'), resultByScorer(trained, 'topic'))
 *
 * @throws GymError 'config' when there is no such scorer, 'reward' when it scored nothing.
 */
export function resultByScorer(result: EvalResult, scorer: string): EvalResult {
  const names = result.scorers.map(({ name }) => name)
  requireScorer(scorer, names, `evaluation "${result.name}"`)
  if (scorer === names[0]) return result
  const summary = result.scorers.find(({ name }) => name === scorer)
  if (summary === undefined || summary.mean === null || summary.ci === null) {
    const message = `scorer "${scorer}" scored none of the ${result.rows.length} responses of evaluation "${result.name}"; see its failures with: training-gym report ${result.evalId} --html report.html`
    throw new GymError('reward', 'nothing-scored', message)
  }
  const { name: _, mean, ci, ...counts } = summary
  const { meanAtK: _mean, passAtK: _pass, ...rest } = result
  return { ...rest, ...counts, mean, ci, scorer, rows: rowsByScorer(result.rows, scorer) }
}
