import { printable } from '../../console/printable.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'

/** Adds `logs`: the output of a training run elsewhere, as its machine wrote it. */
export const addLogsCommand: AddCommand = (program, world) => {
  program
    .command('logs')
    .description('print the output of a training run elsewhere')
    .argument('<run>', 'id of the run, part of it, or latest')
    .option('-f, --follow', 'go on until the run ends')
    .option('--json', 'print each line as a JSON text')
    .addHelpText('after', '\nExamples:\n  training-gym logs latest\n  training-gym logs latest --follow')
    .action(async (reference: string, options: { follow?: boolean; json?: boolean }, command) => {
      const { home, signal, world: outside } = openSession(command, world)
      const { runLogs } = await import('../../training/remote/run-logs.js')
      for await (const line of runLogs(reference, { home, signal, follow: options.follow === true })) {
        outside.stdout.write(`${options.json === true ? JSON.stringify(line) : printable(line)}\n`)
      }
    })
}
