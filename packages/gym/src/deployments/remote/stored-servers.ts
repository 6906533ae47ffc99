import type { Compute } from '../../compute/compute.js'
import type { ComputeHost, PortAccess, RunningProcess } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import { GymError } from '../../errors.js'
import { type DeploymentRecord, isLive, type RemoteDeployment } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { withTimeLimit } from '../time-limit.js'
import { serverEnd } from './server-end.js'
import { SERVING_PORT } from './serving-command.js'

/** A record of a deployment elsewhere. */
export type RemoteDeploymentRecord = DeploymentRecord & { readonly remote: RemoteDeployment }

export interface StoredServersOptions {
  readonly home: string
  readonly clock: () => number
  readonly fetch: typeof globalThis.fetch
  readonly signal?: AbortSignal
}

/** A provider that does not answer must not hold up the list of what runs here, milliseconds. */
const LOOK_MS = 15_000

/** Tells whether a deployment runs elsewhere. */
export function isRemote(record: DeploymentRecord): record is RemoteDeploymentRecord {
  return record.remote !== undefined
}

/** Brings records of servers elsewhere up to date with what their provider tells, and returns them; the others as they are. */
export async function refreshServers(
  store: Store,
  records: readonly DeploymentRecord[],
  options: StoredServersOptions,
): Promise<DeploymentRecord[]> {
  const hosts = new Map<string, Promise<ComputeHost>>()
  const hostOf = (compute: Compute): Promise<ComputeHost> => {
    const key = JSON.stringify(compute)
    const host = hosts.get(key) ?? openHost(compute, { home: options.home })
    hosts.set(key, host)
    return host
  }
  try {
    return await Promise.all(
      records.map(async (record) => {
        if (!isRemote(record) || !isLive(record.state)) return record
        const changes = await withTimeLimit(LOOK_MS, options.signal, async (signal) =>
          changesOf(await hostOf(record.remote.compute), record, { ...options, signal }),
        ).catch((error: unknown) => {
          options.signal?.throwIfAborted()
          // Not to be reached, or without credentials: what is recorded is all that is known.
          if (GymError.is(error)) return {}
          throw error
        })
        if (Object.keys(changes).length === 0) return record
        await store.deployments.update(record.deploymentId, changes)
        return { ...record, ...changes }
      }),
    )
  } finally {
    for (const host of hosts.values()) await host.then((one) => one.close()).catch(() => undefined)
  }
}

/** Ends a server elsewhere and returns what changes in its record. */
export async function stopServer(
  store: Store,
  record: RemoteDeploymentRecord,
  options: StoredServersOptions,
): Promise<Partial<DeploymentRecord>> {
  const { home, clock, signal } = options
  await using host = await openHost(record.remote.compute, { home })
  const server = await host.attach(record.remote.process, signal)
  // Told beforehand: whoever started it sees it end first, and must not take that for a death.
  await store.deployments.update(record.deploymentId, { stoppedAt: clock() })
  try {
    await server?.stop()
  } catch (error) {
    await store.deployments.update(record.deploymentId, { stoppedAt: null }).catch(() => undefined)
    throw error
  }
  return { state: 'stopped', stoppedAt: clock() }
}

/** Gets a fresh token for a server elsewhere. */
export async function accessServer(
  record: RemoteDeploymentRecord,
  { home, signal }: Pick<StoredServersOptions, 'home' | 'signal'>,
): Promise<PortAccess> {
  await using host = await openHost(record.remote.compute, { home })
  const server = await host.attach(record.remote.process, signal)
  if (server !== null) return await server.url(SERVING_PORT)
  const message = `"${record.servedModelName}" (${record.deploymentId}) is not known to ${record.remote.compute.kind} any more; serve it again`
  throw new GymError('config', 'not-served', message)
}

async function changesOf(
  host: ComputeHost,
  record: RemoteDeploymentRecord,
  { clock, fetch, signal }: StoredServersOptions,
): Promise<Partial<DeploymentRecord>> {
  const server = await host.attach(record.remote.process, signal)
  // One that is still being scheduled is not known yet.
  if (server === null) return record.state === 'starting' ? {} : { state: 'stopped', stoppedAt: clock() }
  const code = await server.poll(signal)
  if (code !== null) {
    const { state, message, isExpected } = await serverEnd(server, code, record)
    return { state, stoppedAt: record.stoppedAt ?? clock(), error: isExpected ? null : message }
  }
  if (record.state === 'ready') return {}
  // Whoever started it may have died before it could tell.
  const url = await urlOfReady(server, fetch, signal)
  if (url === null) return {}
  const { remote } = record
  return {
    state: 'ready',
    url,
    remote: { ...remote, process: server.reference, startedAt: remote.startedAt ?? clock() },
  }
}

async function urlOfReady(
  server: RunningProcess,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const { url, headers } = await server.url(SERVING_PORT)
  try {
    const response = await fetch(`${url}/health`, { headers, signal })
    await response.body?.cancel()
    return response.ok ? `${url}/v1` : null
  } catch {
    signal?.throwIfAborted()
    return null
  }
}
