import { resolve } from 'node:path'
import { GymError } from '../errors.js'
import { gymHome } from '../store/home.js'
import type { DeploymentRecord } from '../store/records.js'
import { accessServer, isRemote } from './remote/stored-servers.js'
import { listDeployments, type StoredDeploymentOptions } from './stored-deployments.js'

/** A deployment that answers. */
export type RunningDeployment = DeploymentRecord & {
  readonly url: string
  /** A fresh token for one elsewhere, to be sent as API key; it is kept nowhere. */
  readonly apiKey?: string
}

/**
 * Finds the newest running deployment by its id or the end of it, its app name, the name it serves, or the folder of
 * the weights it serves; `latest` is the newest of all.
 *
 * @example
 * const { url } = await findDeployment('tiny-poet')
 *
 * @throws GymError `not-served` (config) when nothing like it runs.
 */
export async function findDeployment(
  reference: string,
  options: StoredDeploymentOptions = {},
): Promise<RunningDeployment> {
  const running = (await listDeployments(options)).filter(isRunning)
  const found = running.find((one) => reference === 'latest' || isMeant(one, reference))
  if (found !== undefined && isRemote(found)) {
    const { url, apiKey } = await accessServer(found, { home: options.home ?? gymHome(), signal: options.signal })
    return { ...found, url: `${url}/v1`, apiKey }
  }
  if (found !== undefined) return found
  const names = running.slice(0, 5).map((one) => one.servedModelName)
  const what = names.length === 0 ? 'nothing is served here' : `what runs is ${names.join(', ')}`
  const message = isReferenceOnly(reference)
    ? `no deployment "${reference}" runs (${what}); serve something: training-gym serve tiny-poet`
    : `no running deployment serves "${reference}" (${what}); serve it: training-gym serve ${reference}`
  throw new GymError('config', 'not-served', message)
}

/** Tells whether a name can mean a deployment alone, and no model that could be served. */
export function isReferenceOnly(reference: string): boolean {
  return reference === 'latest' || /^dep-\d{8}-\d{6}-/.test(reference)
}

function isRunning(record: DeploymentRecord): record is RunningDeployment {
  return record.state === 'ready' && record.url !== null
}

function isMeant({ deploymentId, appName, servedModelName, modelPath }: DeploymentRecord, reference: string): boolean {
  return (
    [deploymentId, appName, servedModelName, modelPath].includes(reference) ||
    deploymentId.endsWith(`-${reference}`) ||
    modelPath === resolve(reference)
  )
}
