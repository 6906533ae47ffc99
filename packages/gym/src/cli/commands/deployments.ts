import { formatTime, noValue } from '../../console/format.js'
import { renderTable } from '../../console/table.js'
import { GymError } from '../../errors.js'
import { isLive } from '../../store/records.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'

/** Adds `deployments`: what is and was served, and `deployments stop`. */
export const addDeploymentsCommand: AddCommand = (program, world) => {
  const deployments = program
    .command('deployments')
    .description('list deployments, or stop one')
    .option('-a, --all', 'also list those that have stopped')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  training-gym deployments\n  training-gym deployments stop latest')
    .action(async (options: { all?: boolean }, command) => {
      const session = openSession(command, world)
      const { listDeployments } = await import('../../deployments/stored-deployments.js')
      const all = await listDeployments({ home: session.home, signal: session.signal })
      const { servingCost } = await import('../../deployments/remote/serving-cost.js')
      const now = Date.now()
      const shown = all.filter(({ state }) => options.all === true || isLive(state))
      const isElsewhere = shown.some(({ remote }) => remote !== undefined)
      session.print(
        shown.length === 0
          ? [nothingIsServed(session)]
          : renderTable({
              columns: [
                { title: 'deployment' },
                { title: 'state' },
                { title: 'model' },
                { title: 'URL' },
                { title: 'started' },
                ...(isElsewhere ? [{ title: 'GPUs' }, { title: 'cost' }] : []),
                { title: 'weights', isFlexible: true },
              ],
              rows: shown.map((record) => [
                record.deploymentId,
                record.state,
                record.servedModelName,
                record.url ?? noValue,
                formatTime(record.createdAt),
                ...(isElsewhere ? [record.remote?.gpu ?? noValue, dollars(servingCost(record, now))] : []),
                record.modelPath,
              ]),
              width: session.tableColumns,
              colors: session.colors,
            }),
      )
      session.printJson({
        deployments: shown.map((record) => {
          return record.remote === undefined ? record : { ...record, costUsd: servingCost(record, now) }
        }),
      })
    })

  deployments
    .command('stop')
    .description('stop a deployment')
    .argument('<deployment>', 'its id, part of it, its app name, or latest: the newest that runs')
    .addHelpText('after', '\nExample:\n  training-gym deployments stop latest')
    .action(async (reference: string, _options, command) => {
      const session = openSession(command, world)
      const { stopDeployment } = await import('../../deployments/stored-deployments.js')
      const deploymentId = reference === 'latest' ? await newestRunning(session) : reference
      const record = await stopDeployment(deploymentId, { home: session.home, signal: session.signal })
      session.print([`${record.deploymentId} (${record.servedModelName}) is ${record.state}`])
      session.printJson({ deployment: record })
    })
}

/** The newest of all may be one that never started: to stop it would leave running what was meant. */
async function newestRunning(session: CommandSession): Promise<string> {
  const { listDeployments } = await import('../../deployments/stored-deployments.js')
  const newest = (await listDeployments({ home: session.home, signal: session.signal })).find(({ state }) =>
    isLive(state),
  )
  if (newest !== undefined) return newest.deploymentId
  throw new GymError('config', 'not-served', nothingIsServed(session))
}

function nothingIsServed({ home }: CommandSession): string {
  return `nothing is served from ${home}; serve something:  training-gym serve tiny-poet`
}

function dollars(cost: number | null): string {
  return cost === null ? noValue : `$${cost.toFixed(2)}`
}
