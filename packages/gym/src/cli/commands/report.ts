import { GymError } from '../../errors.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { shownPath } from '../shown-path.js'
import { withStore } from '../with-store.js'

const formats = ['html', 'csv', 'jsonl'] as const
type ReportOptions = Readonly<Partial<Record<(typeof formats)[number], string>>>

/** Adds `report`: an evaluation as files to read, share and load elsewhere. */
export const addReportCommand: AddCommand = (program, world) => {
  program
    .command('report')
    .description('write an evaluation as an HTML page, CSV or JSON Lines')
    .argument('<eval>', 'id of an evaluation, part of it, its name, or latest')
    .option('--html <file>', 'one page that stands alone: no script, nothing loaded')
    .option('--csv <file>', 'a line a response; texts that look like formulas get an apostrophe')
    .option('--jsonl <file>', 'a line a response, exactly as it is kept')
    .option('--json', 'print which files were written as JSON')
    .addHelpText('after', '\nExample:\n  training-gym report latest --html report.html --csv rows.csv')
    .action(async (reference: string, options: ReportOptions, command) => {
      const session = openSession(command, world)
      const wanted = formats.filter((format) => options[format] !== undefined)
      if (wanted.length === 0) {
        const message = `nothing to write: give one of --html, --csv and --jsonl, e.g. training-gym report ${reference} --html report.html`
        throw new GymError('config', 'no-report-file', message)
      }
      const { evalResultFromStore } = await import('../../evals/eval-result.js')
      const { renderReport } = await import('../../evals/reports/render-report.js')
      const { writeOutput } = await import('../evaluation/write-output.js')
      const result = await withStore(session, async (store) => {
        return await evalResultFromStore(store, await store.findEval(reference))
      })
      const files = []
      for (const format of wanted) {
        const path = await writeOutput(options[format] ?? '', renderReport(result, format), world.cwd)
        files.push({ format, path })
      }
      session.print(files.map(({ path }) => `wrote ${shownPath(path, world.cwd)}`))
      session.printJson({ evalId: result.evalId, name: result.name, files })
    })
}
