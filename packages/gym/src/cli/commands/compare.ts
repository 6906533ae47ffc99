import { GymError } from '../../errors.js'
import type { EvalResult } from '../../evals/eval-result.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { withStore } from '../with-store.js'

interface CompareOptions {
  readonly scorer?: string
  readonly requireBetter?: boolean
}

/** Adds `compare`: two or more evaluations, prompt by prompt. */
export const addCompareCommand: AddCommand = (program, world, outcome) => {
  program
    .command('compare')
    .description('compare evaluations prompt by prompt: difference, interval, p and verdict')
    .argument('<first>', 'id of an evaluation, part of it, its name, or latest')
    .argument('<others...>', 'those to compare with it and with each other')
    .option('--scorer <name>', 'compare by this scorer (default: the main one, the same of each)')
    .option('--require-better', 'exit 1 unless each evaluation is better than the one before it')
    .option('--json', 'print the comparisons as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym compare base trained trained-on\n  training-gym compare base trained --scorer topic',
    )
    .action(async (first: string, others: string[], options: CompareOptions, command) => {
      const session = openSession(command, world)
      const { evalResultFromStore } = await import('../../evals/eval-result.js')
      const { resultByScorer } = await import('../../evals/result-by-scorer.js')
      const { compareAllEvals } = await import('../../evals/compare-evals.js')
      const { renderComparisonReport } = await import('../../console/comparison-report.js')
      const { renderEvalTable } = await import('../../console/eval-table.js')
      const evals = await withStore(session, async (store) => {
        const results: EvalResult[] = []
        for (const reference of [first, ...others]) {
          const evalId = await store.findEval(reference)
          if (results.some((other) => other.evalId === evalId)) throw sameTwice(evalId, [first, ...others])
          const result = await evalResultFromStore(store, evalId)
          results.push(options.scorer === undefined ? result : resultByScorer(result, options.scorer))
        }
        return results
      })
      const comparisons = compareAllEvals(evals)
      const { columns, tableColumns, colors } = session
      session.print([
        ...renderComparisonReport(comparisons, { width: columns, tableWidth: tableColumns, colors }),
        '',
        ...renderEvalTable(evals, { width: tableColumns, colors }),
      ])
      session.printJson({ evals: evals.map(({ rows: _, ...summary }) => summary), comparisons })

      const isBetter = evals.slice(1).every(({ evalId }, index) => {
        const before = evals[index]?.evalId
        const step = comparisons.find((one) => one.aEvalId === before && one.bEvalId === evalId)
        return step?.verdict === 'better'
      })
      if (options.requireBetter === true && !isBetter) {
        session.fail('not every evaluation is shown to be better than the one before it')
        outcome.exitCode = 1
      }
    })
}

function sameTwice(evalId: string, references: readonly string[]): GymError {
  const message = `${references.join(', ')}: evaluation ${evalId} is among them twice; compare different ones (training-gym evals lists them)`
  return new GymError('config', 'same-eval', message)
}
