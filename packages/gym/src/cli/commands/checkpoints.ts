import { formatTime } from '../../console/format.js'
import { renderTable } from '../../console/table.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { shownPath } from '../shown-path.js'
import { withStore } from '../with-store.js'

/** Adds `checkpoints`: the checkpoints of one training run, oldest first. */
export const addCheckpointsCommand: AddCommand = (program, world) => {
  program
    .command('checkpoints')
    .description('list the checkpoints of a training run, oldest first')
    .argument('<run>', 'id of the run, part of it, or latest')
    .option('--json', 'print the checkpoints as JSON')
    .addHelpText('after', '\nExample:\n  training-gym checkpoints latest')
    .action(async (reference: string, _options, command) => {
      const session = openSession(command, world)
      const { listCheckpoints } = await import('../../training/list-checkpoints.js')
      const trainingRunId = await withStore(session, (store) => store.findRun(reference))
      const checkpoints = await listCheckpoints(trainingRunId, { home: session.home })
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
              `Serve the last one:  training-gym serve ${shownPath(last.path, world.cwd)}`,
            ],
      )
      session.printJson({ trainingRunId, checkpoints })
    })
}
