import { renderEvalReport } from '../../console/eval-report.js'
import { formatInterval } from '../../console/eval-table.js'
import { formatCount, formatNumber, formatShare, formatTime, noValue } from '../../console/format.js'
import { renderTable } from '../../console/table.js'
import type { EvalRecord } from '../../store/records.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount, parseWholeNumber } from '../parse-argument.js'
import { withStore } from '../with-store.js'

interface EvalsOptions {
  readonly limit: number
  readonly samples: number
}

/** Adds `evals`: all evaluations, or one with some of its responses. */
export const addEvalsCommand: AddCommand = (program, world) => {
  program
    .command('evals')
    .description('list evaluations, or show one with some of its responses')
    .argument('[eval]', 'id of an evaluation, part of it, its name, or latest')
    .option('--limit <n>', 'evaluations to list, newest first', parseCount, 20)
    .option('--samples <n>', 'responses to show', parseWholeNumber, 5)
    .option('--json', 'print JSON; for one evaluation with all its rows')
    .addHelpText('after', '\nExamples:\n  training-gym evals\n  training-gym evals latest --samples 20')
    .action(async (reference: string | undefined, options: EvalsOptions, command) => {
      const session = openSession(command, world)
      await withStore(session, async (store) => {
        if (reference === undefined) {
          const evals = await store.evals.list({ limit: options.limit })
          session.print(await renderEvals(evals, session))
          session.printJson({ evals })
          return
        }
        const { evalResultFromStore } = await import('../../evals/eval-result.js')
        const result = await evalResultFromStore(store, await store.findEval(reference))
        const { columns: width, colors } = session
        session.print(renderEvalReport(result, { width, colors, nSamples: options.samples }))
        session.printJson(result)
      })
    })
}

async function renderEvals(evals: readonly EvalRecord[], session: CommandSession): Promise<string[]> {
  if (evals.length === 0) {
    return [`no evaluations in ${session.home} yet; make one:  training-gym eval --model tiny-poet`]
  }
  const { evalTableRowOf } = await import('../eval-summary.js')
  return renderTable({
    columns: [
      { title: 'evaluation' },
      { title: 'name', isFlexible: true },
      { title: 'state' },
      { title: 'mean', align: 'right' },
      { title: '95% interval', align: 'right' },
      { title: 'n', align: 'right' },
      { title: 'dist-2', align: 'right' },
      { title: 'line', align: 'right' },
      { title: 'started' },
    ],
    rows: evals.map((record) => {
      const summary = evalTableRowOf(record)
      return [
        record.evalId,
        record.name,
        record.state,
        formatNumber(summary?.mean),
        summary === null ? noValue : formatInterval(summary.ci),
        formatCount(summary?.scored),
        summary === null ? noValue : summary.diversity.distinct2.toFixed(2),
        formatShare(summary?.diversity.topLine.share),
        formatTime(record.createdAt),
      ]
    }),
    width: session.tableColumns,
    colors: session.colors,
  })
}
