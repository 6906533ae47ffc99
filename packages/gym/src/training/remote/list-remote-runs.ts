import type { Compute } from '../../compute/compute.js'
import type { ProcessSummary } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import { messageOf } from '../../errors.js'
import { gymHome } from '../../store/home.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import { costOf, hoursOf, type RemoteRunRecord } from './remote-start.js'

/** A run elsewhere that costs money, or may. */
export interface RemoteRunSummary {
  readonly trainingRunId: string
  /**
   * `running`; `ended`: its process has ended, and attaching reads how; `orphan`: it runs, but no run of this store knows
   * of it; `unknown`: its host could not be asked.
   */
  readonly state: 'running' | 'ended' | 'orphan' | 'unknown'
  readonly compute: Compute
  readonly gpu: string | null
  readonly rolloutsDone: number | null
  readonly numRollout: number | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly hours: number
  /** US dollars so far; null where the price is not known. */
  readonly costUsd: number | null
  /** Why it is unknown; null otherwise. */
  readonly problem: string | null
}

export interface ListRemoteOptions {
  /** Places to ask besides those of the store's runs, e.g. `[modal()]`. */
  readonly computes?: readonly Compute[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string | undefined
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: (() => number) | undefined
}

/**
 * Lists the runs elsewhere that go on, newest first: those of the store, and those that its hosts have besides, such as one
 * whose client was killed while it was started and whose record is gone.
 */
export async function listRemoteRuns(options: ListRemoteOptions = {}): Promise<readonly RemoteRunSummary[]> {
  const { home = gymHome(), clock = Date.now, computes = [], signal } = options
  await using store = await openStore({ home })
  const remote = (await store.runs.list({ limit: 1000 })).flatMap(asRemote)
  const hosts = new Map([...computes, ...remote.map((run) => run.remote.compute)].map((one) => [placeOf(one), one]))
  const found: RemoteRunSummary[] = []
  for (const [place, compute] of hosts) {
    const own = remote.filter((run) => placeOf(run.remote.compute) === place)
    try {
      await using host = await openHost(compute, { home })
      const running = await host.list({ gym: 'train' }, signal)
      found.push(...summariesOf(own, running, compute, clock()))
    } catch (error) {
      if (signal?.aborted) throw error
      const problem = messageOf(error)
      const open = own.filter(({ state }) => state === 'running')
      found.push(...open.map((run) => ({ ...summaryOf(run, 'unknown', clock()), problem })))
    }
  }
  return found.sort((a, b) => b.createdAt - a.createdAt)
}

function summariesOf(
  own: readonly RemoteRunRecord[],
  running: readonly ProcessSummary[],
  compute: Compute,
  now: number,
): RemoteRunSummary[] {
  const runs = new Map(own.map((run) => [run.trainingRunId, run]))
  const living = running.map(({ tags, reference, createdAt }): RemoteRunSummary => {
    const trainingRunId = tags.run ?? reference.name
    const run = runs.get(trainingRunId)
    if (run !== undefined) return summaryOf(run, 'running', now)
    const hours = Math.max(0, now - createdAt) / 3_600_000
    const unknown = { gpu: null, rolloutsDone: null, numRollout: null, costUsd: null, problem: null }
    return { trainingRunId, state: 'orphan', compute, createdAt, hours, ...unknown }
  })
  const names = new Set(living.map(({ trainingRunId }) => trainingRunId))
  const ended = own.filter(({ state, trainingRunId }) => state === 'running' && !names.has(trainingRunId))
  return [...living, ...ended.map((run) => summaryOf(run, 'ended', now))]
}

function summaryOf(run: RemoteRunRecord, state: RemoteRunSummary['state'], now: number): RemoteRunSummary {
  const { trainingRunId, rolloutsDone, numRollout, createdAt, remote } = run
  const { compute, gpu } = remote
  const spent = { hours: hoursOf(remote, now), costUsd: costOf(remote, now) }
  return { trainingRunId, state, compute, gpu, rolloutsDone, numRollout, createdAt, ...spent, problem: null }
}

function asRemote(run: RunRecord): RemoteRunRecord[] {
  const { remote } = run
  return remote === undefined ? [] : [{ ...run, remote }]
}

/** Where a compute option leads to: its limits do not matter for that. */
function placeOf(compute: Compute): string {
  switch (compute.kind) {
    case 'local':
      return 'local'
    case 'modal':
      return `modal ${compute.environment ?? ''} ${compute.appName ?? ''}`
    case 'ray':
      return `ray ${compute.address}`
  }
}
