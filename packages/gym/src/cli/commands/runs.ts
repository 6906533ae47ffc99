import { formatTime } from '../../console/format.js'
import { printable } from '../../console/printable.js'
import { createRolloutTable } from '../../console/rollout-table.js'
import { renderTable } from '../../console/table.js'
import { renderTrainingSummary } from '../../console/training-summary.js'
import type { RemoteRun, RunRecord, StepMetrics } from '../../store/records.js'
import { runWithoutSecrets } from '../../training/recorded-secrets.js'
import { isBeyondResume, withoutResumeHint } from '../../training/resume-hint.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount } from '../parse-argument.js'
import { withStore } from '../with-store.js'

/** Adds `runs`: all training runs, or one with its rollouts. */
export const addRunsCommand: AddCommand = (program, world) => {
  program
    .command('runs')
    .description('list training runs, or show one with its rollouts')
    .argument('[run]', 'id of a run, part of it, or latest')
    .option('--limit <n>', 'runs to list, newest first', parseCount, 20)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  training-gym runs\n  training-gym runs latest')
    .action(async (reference: string | undefined, options: { limit: number }, command) => {
      const session = openSession(command, world)
      await withStore(session, async (store) => {
        if (reference === undefined) {
          const runs = (await store.runs.list({ limit: options.limit })).map(runWithoutSecrets)
          session.print(renderRuns(runs, session))
          session.printJson({ runs })
          return
        }
        const trainingRunId = await store.findRun(reference)
        const found = await store.runs.get(trainingRunId)
        const run = found && runWithoutSecrets(found)
        const steps = await store.runs.steps(trainingRunId)
        if (run !== undefined) session.print(renderRun(run, steps, session))
        session.printJson({ run, steps })
      })
    })
}

function renderRuns(runs: readonly RunRecord[], session: CommandSession): string[] {
  if (runs.length === 0) return [`no training runs in ${session.home} yet; start one:  training-gym tutorial`]
  return renderTable({
    columns: [
      { title: 'run' },
      { title: 'state' },
      { title: 'model', isFlexible: true },
      { title: 'recipe' },
      { title: 'rollouts', align: 'right' },
      { title: 'started' },
    ],
    rows: runs.map((run) => [
      run.trainingRunId,
      run.state,
      run.model,
      run.recipe,
      `${run.rolloutsDone}/${run.numRollout}`,
      formatTime(run.createdAt),
    ]),
    width: session.tableColumns,
    colors: session.colors,
  })
}

function renderRun(run: RunRecord, steps: readonly StepMetrics[], session: CommandSession): string[] {
  const { colors } = session
  const lines = [
    `${colors.bold(run.trainingRunId)}  ${run.state}, ${run.rolloutsDone} of ${run.numRollout} rollouts`,
    `model ${printable(run.model)}, recipe ${printable(run.recipe)}, seed ${run.seed}, started ${formatTime(run.createdAt)}`,
    `weights from ${printable(run.startPath)}`,
  ]
  if (run.remote !== undefined) lines.push(renderPlace(run.remote, run.costUsd))
  if (run.error !== null) lines.push(colors.red(`error: ${printable(withoutResumeHint(run.error, run.trainingRunId))}`))
  const first = steps[0]
  if (first !== undefined) {
    const table = createRolloutTable({
      first,
      numRollout: run.numRollout,
      width: session.tableColumns,
      colors,
    })
    const seconds = steps.reduce((sum, step) => sum + step.seconds.total, 0)
    lines.push('', ...table.header, ...steps.flatMap((step) => table.row(step)))
    lines.push(...renderTrainingSummary(steps, seconds, colors, session.columns))
  }
  return [...lines, '', `Next:  training-gym ${nextCommand(run)} ${run.trainingRunId}`]
}

function renderPlace({ compute, gpu }: RemoteRun, costUsd: number | undefined): string {
  return `on ${compute.kind}, ${gpu}${costUsd === undefined ? '' : `, $${costUsd.toFixed(2)} so far`}`
}

function nextCommand({ trainingRunId, state, remote, error }: RunRecord): string {
  if (state === 'running' && remote !== undefined) return 'attach'
  if (state === 'interrupted') return 'train --resume'
  const isOver = state !== 'failed' || (remote === undefined && isBeyondResume(error, trainingRunId))
  return isOver ? 'checkpoints' : 'train --resume'
}
