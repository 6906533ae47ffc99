import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import type { ModalCompute } from '../../compute/compute.js'
import type { RunningProcess } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import { GymError, messageOf } from '../../errors.js'
import type { Model } from '../../models/model.js'
import { resolveModel } from '../../models/resolve-model.js'
import { gymHome } from '../../store/home.js'
import { newId } from '../../store/ids.js'
import { openStore } from '../../store/open-store.js'
import type { DeploymentRecord } from '../../store/records.js'
import type { Checkpoint } from '../../training/checkpoint.js'
import { startWeights } from '../../training/remote/start-weights.js'
import { costPerHour } from '../../training/slime/gpu-prices.js'
import type { InstalledRecipe } from '../engine-command.js'
import { knownCrash } from '../engine-crash.js'
import { leanPost } from '../lean-post.js'
import { postBy } from '../post.js'
import type { ServeOptions } from '../serve-locally.js'
import { freshAccess } from './fresh-access.js'
import { RemoteModelDeployment } from './remote-model-deployment.js'
import { serverSpec } from './server-spec.js'
import { servingEngine } from './serving-engine.js'
import { servingGpus } from './serving-gpus.js'

/** What to serve elsewhere. */
export interface RemoteServePlan {
  readonly model: Model | string | (new () => Model)
  readonly checkpoint?: Checkpoint | string
  readonly recipe: InstalledRecipe
  readonly compute: ModalCompute
  readonly appName?: string
  readonly servedModelName?: string
  readonly isDetached: boolean
  readonly startTimeoutMs: number
  /** Seconds without a request after which the server ends. */
  readonly idleSeconds: number
  /** Opens the port to the internet, behind this key. */
  readonly publicApiKey?: string
  /** Price of one GPU, US dollars an hour, in place of the list price. */
  readonly gpuPricePerHour?: number
}

/**
 * Serves a model on machines elsewhere: sees to the weights on a small machine, then starts the server and waits until its
 * public URL answers. The record comes first, so that a server whose client died is found and stopped.
 *
 * @throws GymError 'config', 'provider' (`no-capacity`, `not-ready` with the last lines of the engine), 'engine' for a known
 * crash, 'interrupted'. Nothing is left running.
 */
export async function serveRemotely(plan: RemoteServePlan, options: ServeOptions = {}): Promise<RemoteModelDeployment> {
  const { signal = new AbortController().signal, onProgress = () => undefined, home = gymHome() } = options
  const { clock = Date.now, fetch = globalThis.fetch } = options
  const { compute, recipe, isDetached, startTimeoutMs, idleSeconds, publicApiKey } = plan
  const model = resolveModel(plan.model)
  const gpus = servingGpus(model, recipe, compute.gpu)
  const gpu = `${gpus.type}:${gpus.count}`
  const price = costPerHour(gpus.type, gpus.count, plan.gpuPricePerHour)
  const startedAt = clock()
  const servedModelName = plan.servedModelName ?? nameOf(model, plan.checkpoint)
  const deploymentId = newId('dep', startedAt, () => randomBytes(4))
  const host = await openHost(compute, { home })
  const update = async (changes: Partial<Omit<DeploymentRecord, 'deploymentId'>>) => {
    await using store = await openStore({ home })
    await store.deployments.update(deploymentId, changes)
  }
  const stoppedAt = async () => {
    await using store = await openStore({ home })
    return (await store.deployments.get(deploymentId))?.stoppedAt ?? null
  }

  let isRecorded = false
  let server: RunningProcess | undefined
  try {
    const weights = await startWeights(host, model, pathOf(plan.checkpoint, compute), signal)
    const engine = servingEngine(recipe, { path: weights.path, servedModelName, gpus })
    const startSeconds = Math.ceil(startTimeoutMs / 1000)
    const spec = serverSpec(host, { deploymentId, model, gpu, engine, idleSeconds, startSeconds, publicApiKey })
    const remote = { compute, process: { kind: host.kind, name: spec.name }, gpu, costPerHour: price, idleSeconds }
    const record: DeploymentRecord = {
      deploymentId,
      state: 'starting',
      appName: plan.appName ?? servedModelName,
      servedModelName,
      modelPath: weights.path,
      url: null,
      pid: null,
      isDetached,
      createdAt: startedAt,
      stoppedAt: null,
      error: null,
      remote: { ...remote, startedAt: null },
    }
    await putRecord(home, record)
    isRecorded = true
    onProgress({ kind: 'serve-start', model: servedModelName })
    await weights.prepare({ signal, onProgress })
    const perHour = price === null ? '' : `, $${price} an hour`
    onProgress({ kind: 'notice', message: `serving on ${host.kind}, ${gpu}${perHour}, in image ${spec.image.from}` })
    server = await host.start(spec, signal)
    const started = { ...remote, process: server.reference, startedAt: clock() }
    await update({ remote: started })
    if ((await stoppedAt()) !== null) throw stoppedMeanwhile(servedModelName)
    await server.waitUntilReady(startTimeoutMs, signal)
    const post = options.fetch === undefined ? leanPost() : postBy(options.fetch)
    const access = await freshAccess(server, { apiKey: publicApiKey, fetch, post })
    const deployment = new RemoteModelDeployment({
      record: { ...record, remote: started },
      host,
      process: server,
      access,
      clock,
      update,
      stoppedAt,
    })
    await deployment.waitUntilReady({ timeoutMs: startTimeoutMs, signal })
    await update({ state: 'ready', url: deployment.url })
    const seconds = (clock() - startedAt) / 1000
    onProgress({ kind: 'serve-ready', model: servedModelName, url: deployment.url, seconds })
    return deployment
  } catch (error) {
    const wasStopped = isRecorded && (await stoppedAt().catch(() => null)) !== null
    // Where that fails as well, the server's own watchdog ends it.
    await server?.stop().catch(() => undefined)
    await host.close()
    const failure = wasStopped ? stoppedMeanwhile(servedModelName, error) : explained(error, plan)
    // This failure is the one to tell, even if the store fails as well.
    if (isRecorded) {
      const state = wasStopped ? 'stopped' : 'failed'
      await update({ state, stoppedAt: clock(), error: wasStopped ? null : messageOf(failure) }).catch(() => undefined)
    }
    throw failure
  }
}

async function putRecord(home: string, record: DeploymentRecord): Promise<void> {
  await using store = await openStore({ home })
  await store.deployments.put(record)
}

function nameOf(model: Model, checkpoint: Checkpoint | string | undefined): string {
  if (checkpoint === undefined) return model.name
  return `${model.name}@${typeof checkpoint === 'string' ? basename(checkpoint) : checkpoint.name}`
}

/** The folder of a checkpoint: of this machine, to be uploaded, or on a volume of the very place that serves. */
function pathOf(checkpoint: Checkpoint | string | undefined, compute: ModalCompute): string | undefined {
  if (typeof checkpoint !== 'object') return checkpoint
  const { volume, path, name } = checkpoint
  if (volume === undefined || volume.compute.kind === compute.kind) return path
  const message = `checkpoint ${name} lies on ${volume.compute.kind} and is to be served on ${compute.kind}; download it first and give its folder`
  throw new GymError('config', 'checkpoint-elsewhere', message)
}

/** Recognises a usual crash in the last lines of the engine. */
function explained(error: unknown, { recipe }: RemoteServePlan): unknown {
  if (!GymError.is(error) || error.code !== 'not-ready') return error
  const engine = recipe.kind === 'vllm' ? 'vLLM' : 'SGLang'
  const memoryOptions =
    recipe.kind === 'vllm' ? 'maxModelLen or gpuMemoryUtilization' : 'contextLength or memFractionStatic'
  const install = 'choose an image that has it, with the option image of the recipe'
  return knownCrash(error.message, { engine, executable: recipe.options.executable, install, memoryOptions }) ?? error
}

function stoppedMeanwhile(servedModelName: string, cause?: unknown): GymError {
  const message = `"${servedModelName}" was stopped from elsewhere while it started; serve it again`
  return new GymError('engine', 'deployment-stopped', message, { cause })
}
