import { resolve } from 'node:path'
import { formatTime } from '../../console/format.js'
import { renderTable } from '../../console/table.js'
import { GymError } from '../../errors.js'
import type { Checkpoint } from '../../training/checkpoint.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { requireWith } from '../require-with.js'
import { shownPath } from '../shown-path.js'
import { withStore } from '../with-store.js'

interface DownloadFlags {
  /** True stands for the last one. */
  readonly download?: string | true
  readonly to?: string
}

/** Adds `checkpoints`: the checkpoints of one training run, oldest first, and copies of those elsewhere. */
export const addCheckpointsCommand: AddCommand = (program, world) => {
  program
    .command('checkpoints')
    .description('list the checkpoints of a training run, oldest first, or copy them to this machine')
    .argument('<run>', 'id of the run, part of it, or latest')
    .option('--download [name]', 'copy one of a run elsewhere to this machine, e.g. iter_0000004 (default: the last)')
    .option('--to <folder>', 'folder to make for the copy (default: among the runs of this home)')
    .option('--json', 'print the checkpoints as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym checkpoints latest\n  training-gym checkpoints latest --download',
    )
    .action(async (reference: string, options: DownloadFlags, command) => {
      const session = openSession(command, world)
      requireWith(command, { download: ['to'] })
      const { listCheckpoints } = await import('../../training/list-checkpoints.js')
      const trainingRunId = await withStore(session, (store) => store.findRun(reference))
      const checkpoints = await listCheckpoints(trainingRunId, { home: session.home, signal: session.signal })
      if (options.download !== undefined) return await download(trainingRunId, checkpoints, options, session)
      const last = checkpoints.at(-1)
      session.print(
        last === undefined
          ? [`run ${trainingRunId} has no checkpoint yet`]
          : [
              ...renderTable({
                columns: [
                  { title: 'checkpoint' },
                  { title: 'rollout', align: 'right' },
                  { title: 'written' },
                  { title: 'path', isFlexible: true },
                ],
                rows: checkpoints.map((checkpoint) => [
                  checkpoint.name,
                  String(checkpoint.rolloutId + 1),
                  formatTime(checkpoint.createdAt),
                  shownPath(checkpoint.path, world.cwd),
                ]),
                width: session.tableColumns,
                colors: session.colors,
              }),
              '',
              last.volume === undefined
                ? `Serve the last one:  training-gym serve ${shownPath(last.path, world.cwd)}`
                : `Copy the last one to this machine:  training-gym checkpoints ${trainingRunId} --download`,
            ],
      )
      session.printJson({ trainingRunId, checkpoints })
    })
}

async function download(
  trainingRunId: string,
  checkpoints: readonly Checkpoint[],
  { download, to }: DownloadFlags,
  session: CommandSession,
): Promise<void> {
  const wanted = download === true ? checkpoints.at(-1) : checkpoints.find(({ name }) => name === download)
  if (wanted === undefined) {
    const there =
      checkpoints.length === 0 ? 'it has none yet' : `it has ${checkpoints.map(({ name }) => name).join(', ')}`
    const what = download === true ? 'complete checkpoint' : `checkpoint "${download}"`
    throw new GymError('config', 'no-such-checkpoint', `run ${trainingRunId} has no ${what}; ${there}`)
  }
  if (wanted.volume === undefined && to !== undefined) {
    const message = `checkpoint ${wanted.name} of run ${trainingRunId} is on this machine already; copy its folder: cp -r ${shownPath(wanted.path, session.world.cwd)} ${shownPath(resolve(session.world.cwd, to), session.world.cwd)}`
    throw new GymError('config', 'not-remote', message)
  }
  const { downloadCheckpoint } = await import('../../training/remote/download-checkpoint.js')
  const { home, signal, onProgress } = session
  const onFile = (name: string) => onProgress({ kind: 'notice', message: `copied ${name}` })
  const checkpoint = await downloadCheckpoint(wanted, { home, signal, onFile, ...(to !== undefined && { to }) })
  const path = shownPath(checkpoint.path, session.world.cwd)
  session.print([path, '', `Serve it:  training-gym serve ${path}`])
  session.printJson({ checkpoint })
}
