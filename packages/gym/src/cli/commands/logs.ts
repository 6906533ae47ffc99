import { once } from 'node:events'
import { printable } from '../../console/printable.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'

/** Adds `logs`: what a training run has said, on this machine or as the machine elsewhere wrote it. */
export const addLogsCommand: AddCommand = (program, world) => {
  program
    .command('logs')
    .description('print what a training run has said, here or elsewhere')
    .argument('<run>', 'id of the run, part of it, or latest')
    .option('-f, --follow', 'go on until the run ends')
    .option('--json', 'print each line as a JSON text')
    .addHelpText('after', '\nExamples:\n  training-gym logs latest\n  training-gym logs latest --follow')
    .action(async (reference: string, options: { follow?: boolean; json?: boolean }, command) => {
      const { home, signal, world: outside } = openSession(command, world)
      const { runLogs } = await import('../../training/run-logs.js')
      for await (const line of runLogs(reference, { home, signal, follow: options.follow === true })) {
        const text = options.json === true ? JSON.stringify(line) : printable(line)
        // A long log waits for a slow reader, instead of in memory.
        if (!outside.stdout.write(`${text}\n`)) await once(outside.stdout, 'drain', { signal })
      }
    })
}
