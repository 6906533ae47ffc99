import { randomBytes } from 'node:crypto'
import { GymError } from '../../errors.js'
import { checkSpec, nameTaken, portVariable } from '../check-spec.js'
import type { RayCompute } from '../compute.js'
import type { ComputeHost, ProcessSpec, RunningProcess, VolumeMount } from '../host.js'
import { type ProcessMemo, readMemo, withMemo } from '../process-tags.js'
import { volumePath } from '../volume-path.js'
import { jobEntrypoint } from './job-entrypoint.js'
import { type PlainRequest, plainRequest } from './plain-request.js'
import { createRayClient, type RayJob } from './ray-client.js'
import { exitCodeOf, type RayProcessOptions, rayProcess } from './ray-process.js'
import { rayVolumeFiles } from './ray-volume-files.js'
import { workerVariables } from './worker-variables.js'

export interface RayHostOptions {
  /** Bearer token of a cluster that asks for one. */
  readonly token?: string
  /** Default: that of Node's own http module. */
  readonly request?: PlainRequest
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number
  /** Pause between two looks at a job, milliseconds. Default 1,000. */
  readonly pollMs?: number
}

/**
 * Creates the host that runs processes as jobs of a Ray cluster that exists already. The nodes must run the image, and all
 * of them must see `storage`: volumes are folders of it. Nothing is reserved for a job itself; what it starts asks Ray, and
 * gets the variables of the process too, but for those whose values Ray would change (`isChangedByRay`).
 */
export function rayHost({ address, storage }: RayCompute, options: RayHostOptions = {}): ComputeHost {
  const { token, request = plainRequest, clock = Date.now, pollMs = 1000 } = options
  const client = createRayClient({ address, token, request, pauseMs: 250 })
  const process: RayProcessOptions = { client, headHost: new URL(address).hostname, pollMs, clock }
  const folderOf = (name: string): string => {
    if (storage !== undefined) return `${storage}/${name}`
    const message = `volume "${name}" needs a folder that all nodes of the cluster see; give it as ray({ storage: '/mnt/shared' })`
    throw new GymError('config', 'ray-storage-missing', message)
  }
  const pathOf = (_: string, { name, subPath }: VolumeMount): string =>
    subPath === undefined ? folderOf(name) : `${folderOf(name)}/${volumePath(subPath)}`

  const start = async (spec: ProcessSpec, signal?: AbortSignal): Promise<RunningProcess> => {
    const what = `the start of "${spec.name}"`
    const memo: ProcessMemo = {
      name: spec.name,
      createdAt: clock(),
      nonce: randomBytes(6).toString('hex'),
      hasReadiness: spec.readiness !== undefined,
      ports: spec.ports ?? [],
      publicPorts: [],
    }
    const ports = Object.fromEntries(memo.ports.map((port) => [portVariable(port), String(port)]))
    const folders = Object.entries(spec.volumes).map(([path, mount]) => pathOf(path, mount))
    for (;;) {
      const earlier = (await client.jobs(what, signal)).flatMap(described).filter((one) => one.memo.name === spec.name)
      const mine = earlier.find((one) => one.memo.nonce === memo.nonce)
      // An attempt whose answer was lost.
      if (mine !== undefined) return rayProcess(mine.id, memo, process)
      if (earlier.some((one) => exitCodeOf(one.job) === null)) throw nameTaken(spec.name)
      // Ray never gives an id twice, but a run that is resumed has the same name.
      const submission_id = earlier.length === 0 ? spec.name : `${spec.name}-${memo.nonce}`
      const job = {
        entrypoint: jobEntrypoint(spec, { ...spec.environment, ...ports }, folders),
        submission_id,
        // For the workers: those that the driver exports never reach them.
        runtime_env: { env_vars: workerVariables(spec.environment) },
        metadata: withMemo(spec.tags, memo),
      }
      if (await client.submit(job, what, signal)) return rayProcess(submission_id, memo, process)
    }
  }

  const host: ComputeHost = {
    kind: 'ray',
    pathOf,
    start: async (spec, signal) => await start(checkSpec(spec), signal),
    async attach({ id, name }, signal) {
      const what = `looking for "${name}"`
      const jobs = id === undefined ? await client.jobs(what, signal) : [await client.job(id, what, signal)]
      const found = jobs
        .flatMap((job) => (job === null ? [] : described(job)))
        .filter((one) => id !== undefined || one.memo.name === name)
        .sort((a, b) => a.memo.createdAt - b.memo.createdAt)
        .at(-1)
      return found === undefined ? null : rayProcess(found.id, found.memo, process)
    },
    async list(tags, signal) {
      const wanted = Object.entries(tags)
      return (await client.jobs('listing what runs', signal))
        .flatMap(described)
        .filter((one) => exitCodeOf(one.job) === null && wanted.every(([key, value]) => one.tags[key] === value))
        .sort((a, b) => a.memo.createdAt - b.memo.createdAt)
        .map(({ id, memo, tags }) => {
          return { reference: { kind: 'ray' as const, id, name: memo.name }, tags, createdAt: memo.createdAt }
        })
    },
    volume: (name) => rayVolumeFiles(name, folderOf(name), client),
    async close() {},
    async [Symbol.asyncDispose]() {},
  }
  return host
}

/** Reads what the gym wrote into a job; empty for the jobs of others. */
function described(
  job: RayJob,
): { id: string; job: RayJob; memo: ProcessMemo; tags: Readonly<Record<string, string>> }[] {
  const found = readMemo(job.metadata ?? {})
  return found === null || job.submission_id === null ? [] : [{ id: job.submission_id, job, ...found }]
}
