import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { addPlaceOptions, type PlaceFlags, placesOf } from '../remote-options.js'
import { withStore } from '../with-store.js'

/** Adds `stop`: ends a training run, of this machine or elsewhere. */
export const addStopCommand: AddCommand = (program, world) => {
  const command = program
    .command('stop')
    .description('end a training run, here or elsewhere; what it has trained stays')
    .argument('<run>', 'id of the run, part of it, or latest; of an orphan the whole id')
  addPlaceOptions(command)
    .option('--json', 'print the run as JSON')
    .addHelpText('after', '\nExample:\n  training-gym stop latest')
    .action(async (reference: string, options: PlaceFlags, self) => {
      const session = openSession(self, world)
      const { stopHere } = await import('../stop-here.js')
      const { stopRun } = await import('../../training/remote/stop-run.js')
      const { runWithoutSecrets } = await import('../../training/recorded-secrets.js')
      const { home, signal } = session
      const here = await withStore(session, (store) => stopHere(reference, { store, home, signal }))
      const run = here ?? (await stopRun(reference, { home, signal, computes: placesOf(options) }))
      session.print(
        run === null
          ? [`${reference} has been stopped; no run of ${home} knows of it`]
          : [
              `run ${run.trainingRunId} is ${run.state}, with ${run.rolloutsDone} of ${run.numRollout} rollouts done`,
              ...(run.state === 'interrupted' ? ['', `Next:  training-gym train --resume ${run.trainingRunId}`] : []),
            ],
      )
      session.printJson({ run: run && runWithoutSecrets(run) })
    })
}
