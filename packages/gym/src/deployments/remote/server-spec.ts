import { createHash } from 'node:crypto'
import { gymVolumes, seenPath } from '../../compute/gym-volumes.js'
import type { ComputeHost, ProcessSpec } from '../../compute/host.js'
import type { Model } from '../../models/model.js'
import { readinessCommand, SERVING_PORT, servingCommand } from './serving-command.js'
import type { ServingEngine } from './serving-engine.js'

export interface ServerSpecOptions {
  readonly deploymentId: string
  readonly model: Model
  readonly gpu: string
  readonly engine: ServingEngine
  readonly idleSeconds: number
  readonly startSeconds: number
  readonly publicApiKey?: string
}

/** The longest life that Modal gives a sandbox, milliseconds. */
const LIFE_MS = 24 * 3_600_000
const READY_LOOK_MS = 1000
/** What the engines compile, kept for the next start. */
const cache = { mountPath: '/serving-cache', mount: { name: 'training-gym-serving-cache' } } as const

/** Describes the process of a server. Weights are mounted to be read only, in the state they have when it starts. */
export function serverSpec(host: ComputeHost, options: ServerSpecOptions): ProcessSpec {
  const { deploymentId, model, gpu, engine, idleSeconds, startSeconds, publicApiKey } = options
  const { image, command } = engine
  const { models, checkpoints } = gymVolumes
  const cached = seenPath(host, cache)
  const keyHash = publicApiKey === undefined ? null : createHash('sha256').update(publicApiKey).digest('hex')
  return {
    name: `serve-${deploymentId}`,
    tags: { gym: 'serve', deployment: deploymentId, model: model.name.replace(/[^\w.-]+/g, '-') },
    image,
    gpu,
    volumes: {
      [models.mountPath]: { ...models.mount, isReadOnly: true },
      [checkpoints.mountPath]: { ...checkpoints.mount, isReadOnly: true },
      [cache.mountPath]: cache.mount,
    },
    secrets: [],
    environment: { HF_HOME: `${cached}/huggingface`, VLLM_CACHE_ROOT: `${cached}/vllm`, ...command.env },
    command: servingCommand({ engine: [command.executable, ...command.args], idleSeconds, startSeconds, keyHash }),
    timeoutMs: LIFE_MS,
    ports: [SERVING_PORT],
    ...(publicApiKey !== undefined && { publicPorts: [SERVING_PORT] }),
    readiness: { command: readinessCommand(), intervalMs: READY_LOOK_MS },
  }
}
