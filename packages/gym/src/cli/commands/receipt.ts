import { GymError } from '../../errors.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { shownPath } from '../shown-path.js'
import { withStore } from '../with-store.js'

/** Adds `receipt`: a run, an evaluation or a comparison as one file that can be checked later. */
export const addReceiptCommand: AddCommand = (program, world) => {
  program
    .command('receipt')
    .description('write a run, an evaluation or a comparison as one file with a sum of each part')
    .argument('<references...>', 'a run or an evaluation (id, part of it, name, latest), or 2 to 4 evaluations')
    .requiredOption('-o, --output <file>', 'file to write: .html to read, with the data inside, or .json')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym receipt latest -o run.html\n  training-gym receipt base trained -o comparison.json',
    )
    .action(async (references: string[], options: { output: string }, command) => {
      const session = openSession(command, world)
      if (!/\.(html?|json)$/i.test(options.output)) {
        const message = `a receipt is written as .html or .json, not as ${options.output}; give a file that ends in one of them`
        throw new GymError('config', 'bad-options', message)
      }
      const { findReceipt } = await import('../../server/dashboard/receipts/find-receipt.js')
      const { renderReceipt } = await import('../../server/dashboard/receipts/render-receipt.js')
      const { writeOutput } = await import('../evaluation/write-output.js')
      const receipt = await withStore(session, (store) =>
        findReceipt({ store, home: session.home, clock: Date.now }, references),
      )
      const isJson = /\.json$/i.test(options.output)
      const text = isJson ? `${JSON.stringify(receipt, null, 1)}\n` : renderReceipt(receipt)
      const path = await writeOutput(options.output, text, world.cwd)
      const shown = shownPath(path, world.cwd)
      session.print([
        `${receipt.title}: wrote ${shown}`,
        `sha256 of all  ${receipt.sha256}`,
        '',
        `Check it:  training-gym verify ${shown}`,
      ])
      session.printJson({ title: receipt.title, path, sha256: receipt.sha256 })
    })
}
