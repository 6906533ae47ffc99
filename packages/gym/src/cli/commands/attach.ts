import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { renderTrained } from '../render-trained.js'

/** Adds `attach`: watches a training run that goes on elsewhere, from its first rollout to its end. */
export const addAttachCommand: AddCommand = (program, world) => {
  program
    .command('attach')
    .description('watch a training run that goes on elsewhere; Ctrl-C lets go of it')
    .argument('<run>', 'id of the run, part of it, or latest')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  training-gym attach latest')
    .action(async (reference: string, _options, command) => {
      const session = openSession(command, world)
      const { attachRun } = await import('../../training/remote/attach-run.js')
      const { home, signal, onProgress } = session
      const result = await attachRun(reference, { home, signal, onProgress })
      session.print(await renderTrained(result, session))
      session.printJson(result)
    })
}
