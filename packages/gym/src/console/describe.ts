import type { Comparison } from '../evals/compare-evals.js'
import type { EvalResult } from '../evals/eval-result.js'
import { createColors, isColorWanted } from './colors.js'
import { renderComparisonReport } from './comparison-report.js'
import { renderEvalReport } from './eval-report.js'

export interface DescribeOptions {
  /** Terminal columns. Default: those of standard output, or 100. */
  readonly width?: number | undefined
  /** Default: whether standard output takes colour. */
  readonly color?: boolean | undefined
}

/**
 * Describes an evaluation in plain words for a terminal: the mean with its interval, then how varied the responses are,
 * what failed, and a few of them.
 *
 * @example
 * console.log(describeEval(await evalConfig.evaluate(deployment)))
 */
export function describeEval(
  result: EvalResult,
  options: DescribeOptions & { readonly nSamples?: number } = {},
): string {
  return renderEvalReport(result, { ...look(options), nSamples: options.nSamples ?? 3 }).join('\n')
}

/** Describes one or more comparisons: a table with intervals and p, then a verdict each, in words. */
export function describeComparison(
  comparisons: Comparison | readonly Comparison[],
  options: DescribeOptions = {},
): string {
  const list = Array.isArray(comparisons) ? (comparisons as readonly Comparison[]) : [comparisons as Comparison]
  return renderComparisonReport(list, look(options)).join('\n')
}

function look({ width, color }: DescribeOptions) {
  const { columns = 100, isTTY } = process.stdout
  return { width: width ?? columns, colors: createColors(color ?? isColorWanted(isTTY === true, process.env)) }
}
