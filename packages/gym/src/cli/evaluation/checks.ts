import type { Comparison } from '../../evals/compare-evals.js'
import type { EvalResult } from '../../evals/eval-result.js'
import { shownToReach } from '../../evals/shown-to-reach.js'
import { groupScores } from '../../evals/summarise-scores.js'

/** One condition that a finished evaluation has to meet for exit code 0. */
export interface Check {
  readonly name: string
  readonly passed: boolean
  /** The outcome in words. */
  readonly message: string
}

export interface CheckOptions {
  readonly requireMean?: number
  /** Comparison with the evaluation given to `--against`, that one first. */
  readonly comparison?: Comparison
  readonly requireBetter?: boolean
}

/** Lists what an evaluation is held to: its gates, `--require-mean`, and the comparison. */
export function checksOf(result: EvalResult, { requireMean, comparison, requireBetter }: CheckOptions): Check[] {
  const checks: Check[] = result.gates.map(({ scorer, min, passed, sentence }) => {
    return { name: `${scorer} >= ${min}`, passed, message: sentence }
  })
  if (requireMean !== undefined) {
    const asked = { min: requireMean, confidence: 0.95, what: 'its interval' }
    const { passed, told } = shownToReach([...groupScores(result.rows).values()], result, asked)
    const message = `the mean is ${passed ? '' : 'not '}shown to be at least ${requireMean}: ${told}`
    checks.push({ name: `mean >= ${requireMean}`, passed, message })
  }
  if (comparison !== undefined) {
    const isStrict = requireBetter === true
    const passed = isStrict ? comparison.verdict === 'better' : comparison.verdict !== 'worse'
    checks.push({
      name: `${isStrict ? 'better' : 'not worse'} than ${comparison.a}`,
      passed,
      message: comparison.sentence,
    })
  }
  return checks
}
