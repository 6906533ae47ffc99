import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { findFreePort } from '../compute/free-port.js'
import { GymError, messageOf } from '../errors.js'
import type { Model } from '../models/model.js'
import type { OnProgress } from '../progress.js'
import { gymHome } from '../store/home.js'
import { newId } from '../store/ids.js'
import { openStore } from '../store/open-store.js'
import type { DeploymentRecord } from '../store/records.js'
import type { Checkpoint } from '../training/checkpoint.js'
import { engineCommand } from './engine-command.js'
import { leanPost } from './lean-post.js'
import { LocalModelDeployment } from './local-model-deployment.js'
import { findModelFolder, findModelSource, type ModelSource } from './model-folder.js'
import type { ServingRecipe } from './serving-recipe.js'
import { startInstalledEngine } from './start-installed-engine.js'
import { type ServerProcess, startServerProcess } from './start-server-process.js'

/** What to serve. */
export interface LocalServePlan {
  readonly model: Model | string | (new () => Model)
  readonly checkpoint?: Checkpoint | string
  readonly recipe: ServingRecipe
  readonly appName?: string
  readonly servedModelName?: string
  readonly port: number
  readonly isDetached: boolean
  readonly startTimeoutMs: number
}

export interface ServeOptions {
  /** Aborts the start; a deployment that is ready is not touched. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
  /** Folder of the gym's state. Default: TRAINING_GYM_HOME, else `.training-gym` of the working folder. */
  readonly home?: string | undefined
  /** Used to reach the server. Default: the global one, and a leaner way for completions. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: (() => number) | undefined
}

/** Serves a model in a process of its own on this machine, recorded in the store from start to end. */
export async function serveLocally(plan: LocalServePlan, options: ServeOptions = {}): Promise<LocalModelDeployment> {
  const { signal, onProgress = () => undefined, home = gymHome(), clock = Date.now, fetch = globalThis.fetch } = options
  const { recipe, port, isDetached, startTimeoutMs } = plan
  const startedAt = clock()
  const { source, revision, name } = await weightsFor(plan, signal)
  const servedModelName = plan.servedModelName ?? name
  const appName = plan.appName ?? servedModelName
  const deploymentId = newId('dep', startedAt, () => randomBytes(4))
  const update = async (changes: Partial<Omit<DeploymentRecord, 'deploymentId'>>) => {
    await using store = await openStore({ home })
    await store.deployments.update(deploymentId, changes)
  }
  /** Whoever stops a deployment leaves the time in its record before the process ends. */
  const isStoppedElsewhere = async () => {
    await using store = await openStore({ home })
    return typeof (await store.deployments.get(deploymentId))?.stoppedAt === 'number'
  }
  const put = async (pid: number) => {
    await using store = await openStore({ home })
    await store.deployments.put({
      deploymentId,
      state: 'starting',
      appName,
      servedModelName,
      modelPath: source,
      url: null,
      pid,
      isDetached,
      createdAt: startedAt,
      stoppedAt: null,
      error: null,
    })
  }

  onProgress({ kind: 'serve-start', model: servedModelName })
  let isRecorded = false
  let server: ServerProcess | undefined
  try {
    const shared = {
      servedModelName,
      isDetached,
      startTimeoutMs,
      signal,
      logFile: join(home, 'logs', `${deploymentId}.log`),
      onStarted: async (pid: number) => {
        await put(pid)
        isRecorded = true
      },
    }
    if (recipe.kind === 'engine') {
      server = await startServerProcess({ ...shared, modelPath: source, port, recipe: recipe.options })
    } else {
      const freePort = await findFreePort(port)
      const command = engineCommand(recipe, { source, revision, servedModelName, port: freePort })
      server = await startInstalledEngine({ ...shared, command, deploymentId, port: freePort, fetch })
    }
    await update({ state: 'ready', url: server.url })
    onProgress({ kind: 'serve-ready', model: servedModelName, url: server.url, seconds: (clock() - startedAt) / 1000 })
    return new LocalModelDeployment({
      deploymentId,
      url: server.url,
      appName,
      servedModelName,
      ...(recipe.kind === 'engine' && { apiKey: recipe.options.apiKey }),
      modelPath: source,
      process: server.process,
      isDetached,
      fetch,
      ...(options.fetch === undefined && { post: leanPost() }),
      clock,
      onEnded: async (death) => {
        const isAsked = death === null || (await isStoppedElsewhere())
        const state = isAsked ? 'stopped' : 'failed'
        await update({ state, stoppedAt: clock(), error: isAsked ? null : death })
        return state
      },
    })
  } catch (error) {
    await server?.process.stop()
    // This failure is the one to tell, even if the store fails as well: a record without its process reads as stopped.
    if (isRecorded) {
      if (await isStoppedElsewhere().catch(() => false)) {
        const message = `"${servedModelName}" was stopped from elsewhere while it started; serve it again`
        throw new GymError('engine', 'deployment-stopped', message, { cause: error })
      }
      await update({ state: 'failed', stoppedAt: clock(), error: messageOf(error) }).catch(() => undefined)
    }
    throw error
  }
}

/** The built-in engine reads a folder; an installed one takes a repository as well. */
function weightsFor(
  { model, checkpoint, recipe }: LocalServePlan,
  signal: AbortSignal | undefined,
): Promise<ModelSource> {
  if (recipe.kind !== 'engine') return findModelSource(model, checkpoint, signal)
  return findModelFolder(model, checkpoint, signal).then(({ path, name }) => ({ source: path, name }))
}
