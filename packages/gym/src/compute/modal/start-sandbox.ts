import { randomBytes } from 'node:crypto'
import type { Image, Sandbox, SandboxCreateParams, Volume } from 'modal'
import { GymError } from '../../errors.js'
import { mayStart, nameTaken, portVariable } from '../check-spec.js'
import type { ProcessSpec, RunningProcess, VolumeMount } from '../host.js'
import { interrupted, unlessAborted } from '../interrupted.js'
import { type ProcessMemo, withMemo } from '../process-tags.js'
import type { ModalConnection } from './connect-modal.js'
import { endCalledOff, findMine } from './end-called-off.js'
import { isNameTaken } from './modal-failure.js'
import { modalImage, modalSecret } from './modal-image.js'
import { retryTransient } from './retry-transient.js'
import { sandboxProcess } from './sandbox-process.js'

/** The longest life Modal gives a sandbox, milliseconds. */
const MAX_TIMEOUT_MS = 24 * 3_600_000

/** Starts a process as the entrypoint of a sandbox of its own; only an entrypoint can be attached to later. */
export async function startSandbox(
  connection: ModalConnection,
  spec: ProcessSpec,
  pathOf: (mountPath: string) => string,
  signal?: AbortSignal,
): Promise<RunningProcess> {
  if (spec.timeoutMs > MAX_TIMEOUT_MS) {
    const message = `"${spec.name}" may run at most 24 hours on Modal, got timeoutMs ${spec.timeoutMs}; give less and resume`
    throw new GymError('config', 'timeout-too-long', message)
  }
  const image = await modalImage(connection, spec.image, signal)
  const memo: ProcessMemo = {
    name: spec.name,
    createdAt: connection.clock(),
    nonce: randomBytes(6).toString('hex'),
    hasReadiness: spec.readiness !== undefined,
    ports: spec.ports ?? [],
    publicPorts: spec.publicPorts ?? [],
  }
  const params = await createParams(connection, spec, memo, pathOf, signal)
  return sandboxProcess(connection, await create(connection, image, params, memo, signal), memo)
}

async function create(
  connection: ModalConnection,
  image: Image,
  params: SandboxCreateParams,
  memo: ProcessMemo,
  signal: AbortSignal | undefined,
): Promise<Sandbox> {
  const { client, patience } = connection
  const app = await connection.app(signal)
  const what = `the start of "${memo.name}"`
  const creation = retryTransient(what, patience, undefined, async () => {
    if (signal?.aborted) throw interrupted(what, signal)
    try {
      return await client.sandboxes.create(app, image, params)
    } catch (error) {
      if (!isNameTaken(error)) throw error
      // An attempt whose answer was lost may have the name: it is this very process, if it has our nonce.
      const mine = await findMine(connection, memo)
      if (mine !== null) return mine
      throw nameTaken(memo.name, error)
    }
  })
  try {
    return await unlessAborted(creation, what, signal)
  } catch (error) {
    // Nobody would pay attention to it once it runs. Waited for, since the caller closes the connection next.
    if (!signal?.aborted || (await endCalledOff(connection, memo, creation))) throw error
    throw mayStart(memo.name, connection.endingMs, error)
  }
}

async function createParams(
  connection: ModalConnection,
  spec: ProcessSpec,
  memo: ProcessMemo,
  pathOf: (mountPath: string) => string,
  signal: AbortSignal | undefined,
): Promise<SandboxCreateParams> {
  const { options, Probe } = connection
  const volumes: Record<string, Volume> = {}
  for (const [path, mount] of Object.entries(spec.volumes)) {
    volumes[pathOf(path)] = await modalVolume(connection, mount, signal)
  }
  const names = [...new Set([...(options.secrets ?? []), ...spec.secrets])]
  const secrets = await Promise.all(names.map((name) => modalSecret(connection, name, signal)))
  const ports = Object.fromEntries((spec.ports ?? []).map((port) => [portVariable(port), String(port)]))
  const { readiness } = spec
  return {
    name: spec.name,
    tags: withMemo(spec.tags, memo),
    gpu: spec.gpu,
    cpu: spec.cpu,
    memoryMiB: spec.memoryMb,
    regions: options.region === undefined ? undefined : [options.region],
    // Whole seconds only.
    timeoutMs: Math.ceil(spec.timeoutMs / 1000) * 1000,
    volumes,
    secrets,
    env: { ...spec.environment, ...ports },
    // Modal streams the two outputs apart; the order of their lines is kept only in one.
    command: ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...spec.command],
    encryptedPorts: [...(spec.publicPorts ?? [])],
    readinessProbe: readiness && Probe.withExec([...readiness.command], { intervalMs: readiness.intervalMs }),
  }
}

/** Finds a volume, or makes it, in the second version: it commits when it is told to, not only at the end. */
export function modalVolume(
  { client, options, patience }: ModalConnection,
  { name, isReadOnly, subPath }: VolumeMount,
  signal?: AbortSignal,
): Promise<Volume> {
  return retryTransient(`finding the volume "${name}"`, patience, signal, async () => {
    const { environment } = options
    const volume = await client.volumes.fromName(name, { createIfMissing: true, version: 2, environment })
    return volume.withMountOptions({ readOnly: isReadOnly, subPath })
  })
}
