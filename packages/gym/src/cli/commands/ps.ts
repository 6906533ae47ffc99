import { formatSeconds, formatTime, noValue } from '../../console/format.js'
import { renderTable } from '../../console/table.js'
import type { RemoteRunSummary } from '../../training/remote/list-remote-runs.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { addPlaceOptions, type PlaceFlags, placeFlagsFor, placesOf } from '../remote-options.js'

/** Adds `ps`: the training runs that go on elsewhere, with what they cost so far. */
export const addPsCommand: AddCommand = (program, world) => {
  const command = program
    .command('ps')
    .description('list training runs that go on elsewhere, and what they cost so far')
  addPlaceOptions(command)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  training-gym ps\n  training-gym ps --compute modal')
    .action(async (options: PlaceFlags, self) => {
      const session = openSession(self, world)
      const { listRemoteRuns } = await import('../../training/remote/list-remote-runs.js')
      const { home, signal } = session
      const runs = await listRemoteRuns({ home, signal, computes: placesOf(options) })
      session.print(runs.length === 0 ? ['nothing trains elsewhere'] : renderRuns(runs, session))
      session.printJson({ runs })
    })
}

function renderRuns(runs: readonly RemoteRunSummary[], session: CommandSession): string[] {
  const table = renderTable({
    columns: [
      { title: 'run' },
      { title: 'state' },
      { title: 'where' },
      { title: 'GPUs' },
      { title: 'rollouts', align: 'right' },
      { title: 'started' },
      { title: 'held', align: 'right' },
      { title: 'cost', align: 'right' },
    ],
    rows: runs.map((run) => [
      run.trainingRunId,
      run.state,
      run.compute.kind,
      run.gpu ?? noValue,
      run.rolloutsDone === null ? noValue : `${run.rolloutsDone}/${run.numRollout}`,
      formatTime(run.createdAt),
      formatSeconds(run.hours * 3600),
      run.costUsd === null ? noValue : `$${run.costUsd.toFixed(2)}`,
    ]),
    width: session.tableColumns,
    colors: session.colors,
  })
  return [...table, '', ...runs.flatMap(adviceOn)]
}

function adviceOn({ trainingRunId, state, compute, problem }: RemoteRunSummary): string[] {
  switch (state) {
    case 'running':
      return []
    case 'ended':
      return [`${trainingRunId} has ended; read how:  training-gym attach ${trainingRunId}`]
    case 'orphan':
      return [
        `${trainingRunId} is in no record of this home; end it:  training-gym stop ${trainingRunId}${placeFlagsFor(compute)}`,
      ]
    case 'unknown':
      return [`${trainingRunId}: ${problem}`]
  }
}
