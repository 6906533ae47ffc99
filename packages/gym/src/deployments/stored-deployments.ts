import { z } from 'zod'
import { commandLineOf } from '../compute/command-line-of.js'
import { stopProcess } from '../compute/stop-process.js'
import { GymError } from '../errors.js'
import { gymHome } from '../store/home.js'
import { openStore } from '../store/open-store.js'
import { isProcessAlive } from '../store/process-liveness.js'
import type { DeploymentRecord } from '../store/records.js'
import { resolveReference } from '../store/resolve-reference.js'
import type { Store } from '../store/store.js'
import { errorCode } from './error-code.js'
import { isRemote, refreshServers, type StoredServersOptions, stopServer } from './remote/stored-servers.js'
import { STOP_GRACE_MS } from './start-server-process.js'
import { withTimeLimit } from './time-limit.js'

export interface StoredDeploymentOptions {
  /** Folder of the gym's state. Default: TRAINING_GYM_HOME, else `.training-gym` of the working folder. */
  readonly home?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: (() => number) | undefined
  /** Time between SIGTERM and SIGKILL, milliseconds. Default 6,000. */
  readonly graceMs?: number | undefined
}

/** How long a server may take to say who it is, milliseconds. */
const HEALTH_TIMEOUT_MS = 2000

const healthSchema = z.object({ pid: z.int() })

/**
 * Lists the deployments of this folder, newest first, here and elsewhere: all that have not ended, and of the others those
 * among the newest hundred. Those whose server is gone are marked as stopped or failed on the way; one whose provider
 * cannot be asked stays as it was.
 */
export async function listDeployments(options: StoredDeploymentOptions = {}): Promise<DeploymentRecord[]> {
  const { clock = Date.now } = options
  const home = options.home ?? gymHome()
  await using store = await openStore({ home })
  const live = await store.deployments.listLive()
  const newest = await store.deployments.list()
  const listed = new Set(newest.map(({ deploymentId }) => deploymentId))
  // Read before the newest, those that are not among them are older.
  const known = [...newest, ...live.filter(({ deploymentId }) => !listed.has(deploymentId))]
  const records = await refreshServers(store, known, remoteOptions(home, options))
  return await Promise.all(
    records.map(async (record): Promise<DeploymentRecord> => {
      if (record.state !== 'ready' || isRemote(record) || (await lookAt(record, options)) !== 'gone') return record
      const changes = { state: 'stopped', stoppedAt: clock() } as const
      await store.deployments.update(record.deploymentId, changes)
      return { ...record, ...changes }
    }),
  )
}

/**
 * Stops a deployment by its id, part of it, its app name or `latest`, and returns its record; an ended one is meant only
 * where no running one is. Only a process that says itself that it is the recorded one is ended: ids of processes are used
 * again.
 *
 * @throws GymError 'config' when there is no such deployment, `not-ours` (engine) when its process does not answer.
 */
export async function stopDeployment(
  reference: string,
  options: StoredDeploymentOptions = {},
): Promise<DeploymentRecord> {
  const { clock = Date.now, graceMs = STOP_GRACE_MS, signal } = options
  const home = options.home ?? gymHome()
  await using store = await openStore({ home })
  const deploymentId = (await findLive(store, reference)) ?? (await store.findDeployment(reference))
  const record = await store.deployments.get(deploymentId)
  if (!record) throw new GymError('store', 'no-such-record', `the deployment ${deploymentId} was removed meanwhile`)
  const { pid } = record
  if (record.state !== 'ready' && record.state !== 'starting') return record
  if (isRemote(record)) {
    const changes = await stopServer(store, record, remoteOptions(home, options))
    await store.deployments.update(deploymentId, changes)
    return { ...record, ...changes }
  }
  if (pid === null) return record

  const found = await lookAt(record, options)
  if (found === 'unknown') {
    const message = `process ${pid} of "${record.appName}" does not say who it is (${record.url ?? 'it is still starting'}), so it may be another program's by now; try again, or end it yourself if it is yours`
    throw new GymError('engine', 'not-ours', message)
  }
  if (found === 'running') {
    // Told beforehand: whoever started the process sees it end first, and must not take that for a death.
    await store.deployments.update(deploymentId, { stoppedAt: clock() })
    try {
      const hasEnded = async () => !isProcessAlive(pid) || (await lookAt(record, options)) === 'gone'
      await stopProcess(pid, { graceMs, hasEnded, signal })
    } catch (error) {
      await store.deployments.update(deploymentId, { stoppedAt: null }).catch(() => undefined)
      throw error
    }
  }
  const changes = { state: 'stopped', stoppedAt: clock() } as const
  await store.deployments.update(deploymentId, changes)
  return { ...record, ...changes }
}

/** Evaluations that serve leave records of the same name as what goes on running, and newer ones. */
async function findLive(store: Store, reference: string): Promise<string | null> {
  const live = await store.deployments.listLive()
  try {
    const referable = live.map(({ deploymentId: id, appName: name }) => ({ id, name }))
    return resolveReference(reference, 'deployment', referable)
  } catch (error) {
    if (GymError.is(error) && error.code === 'no-such-record') return null
    throw error
  }
}

function remoteOptions(home: string, options: StoredDeploymentOptions): StoredServersOptions {
  const { clock = Date.now, fetch = globalThis.fetch, signal } = options
  return { home, clock, fetch, signal }
}

/**
 * Tells whether the recorded process is still there. The guard of an installed engine has the deployment's id on its
 * command line; a server of ours says at the recorded address who it is.
 */
async function lookAt(
  { deploymentId, url, pid }: DeploymentRecord,
  { fetch = globalThis.fetch, signal }: StoredDeploymentOptions,
): Promise<'running' | 'gone' | 'unknown'> {
  if (pid !== null && (await commandLineOf(pid))?.includes(`--label=${deploymentId}`)) return 'running'
  if (url === null) return 'unknown'
  try {
    const text = await withTimeLimit(HEALTH_TIMEOUT_MS, signal, async (limit) => {
      // 503 while it drains: it still says who it is.
      const response = await fetch(`${new URL(url).origin}/health`, { signal: limit })
      return response.text()
    })
    return healthSchema.safeParse(JSON.parse(text)).data?.pid === pid ? 'running' : 'gone'
  } catch (error) {
    signal?.throwIfAborted()
    return error instanceof SyntaxError || errorCode(error) === 'ECONNREFUSED' ? 'gone' : 'unknown'
  }
}
