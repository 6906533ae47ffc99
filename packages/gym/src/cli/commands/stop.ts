import type { RunRecord } from '../../store/records.js'
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
      const { home, signal, onProgress } = session
      const here = await withStore(session, (store) => stopHere(reference, { store, home, signal, onProgress }))
      const run = here ?? (await stopRun(reference, { home, signal, computes: placesOf(options) }))
      session.print(
        run === null
          ? [`${reference} has been stopped; no run of ${home} knows of it`]
          : [
              `run ${run.trainingRunId} is ${run.state}, with ${run.rolloutsDone} of ${run.numRollout} rollouts done`,
              ...(here === null || run.state !== 'interrupted' ? [] : await lostRollouts(home, run)),
              ...(run.state === 'interrupted' ? ['', `Next:  ${await nextStep(home, run)}`] : []),
            ],
      )
      session.printJson({ run: run && runWithoutSecrets(run) })
    })
}

/** A script that gives `train` no signal ends at once, as any program does that nobody taught otherwise. */
async function lostRollouts(home: string, { trainingRunId, rolloutsDone }: RunRecord): Promise<string[]> {
  const { checkpointsIn, runFolder } = await import('../../training/run-folder.js')
  const last = (await checkpointsIn(runFolder(home, trainingRunId))).at(-1)
  const kept = last === undefined ? 0 : last.rolloutId + 1
  if (kept >= rolloutsDone) return []
  const where = last === undefined ? 'it has no checkpoint' : `its last checkpoint, ${last.name}, holds ${kept} of them`
  const why = (await isOfScript(home, trainingRunId))
    ? 'a script saves when it is stopped if it gives train() a signal'
    : 'the rest is done again when it is resumed'
  return [`it ended without saving: ${where}; ${why}`]
}

async function isOfScript(home: string, trainingRunId: string): Promise<boolean> {
  const { readStart } = await import('../../training/recorded-start.js')
  return (await readStart(home, trainingRunId)) === null
}

async function nextStep(home: string, { trainingRunId, remote }: RunRecord): Promise<string> {
  return remote === undefined && (await isOfScript(home, trainingRunId))
    ? `run its script again with train({ resume: '${trainingRunId}' })`
    : `training-gym train --resume ${trainingRunId}`
}
