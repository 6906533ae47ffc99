import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../errors.js'
import type { Model } from '../models/model.js'
import type { OnProgress } from '../progress.js'
import { gymHome } from '../store/home.js'
import { newId } from '../store/ids.js'
import { openStore } from '../store/open-store.js'
import type { DeploymentRecord } from '../store/records.js'
import type { Checkpoint } from '../training/checkpoint.js'
import type { EngineRecipeOptions } from './engine-recipe.js'
import { LocalModelDeployment } from './local-model-deployment.js'
import { findModelFolder } from './model-folder.js'
import { type ServerProcess, startServerProcess } from './start-server-process.js'

/** What to serve. */
export interface LocalServePlan {
  readonly model: Model | string | (new () => Model)
  readonly checkpoint?: Checkpoint | string
  readonly recipe: EngineRecipeOptions
  readonly appName?: string
  readonly servedModelName?: string
  readonly port: number
  readonly isDetached: boolean
  readonly startTimeoutMs: number
}

export interface ServeOptions {
  /** Aborts the start; a deployment that is ready is not touched. */
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  /** Folder of the gym's state. Default: TRAINING_GYM_HOME, else `.training-gym` of the working folder. */
  readonly home?: string
  /** Used to reach the server. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number
}

/** Serves a model in a process of its own on this machine, recorded in the store from start to end. */
export async function serveLocally(plan: LocalServePlan, options: ServeOptions = {}): Promise<LocalModelDeployment> {
  const { signal, onProgress = () => undefined, home = gymHome(), clock = Date.now } = options
  const { recipe, port, isDetached, startTimeoutMs } = plan
  const startedAt = clock()
  const folder = await findModelFolder(plan.model, plan.checkpoint, signal)
  const servedModelName = plan.servedModelName ?? folder.name
  const appName = plan.appName ?? servedModelName
  const deploymentId = newId('dep', startedAt, () => randomBytes(4))
  const update = async (changes: Partial<Omit<DeploymentRecord, 'deploymentId'>>) => {
    await using store = await openStore({ home })
    await store.deployments.update(deploymentId, changes)
  }
  const put = async (pid: number) => {
    await using store = await openStore({ home })
    await store.deployments.put({
      deploymentId,
      state: 'starting',
      appName,
      servedModelName,
      modelPath: folder.path,
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
    server = await startServerProcess({
      modelPath: folder.path,
      servedModelName,
      port,
      recipe,
      isDetached,
      startTimeoutMs,
      signal,
      logFile: join(home, 'logs', `${deploymentId}.log`),
      onStarted: async (pid) => {
        await put(pid)
        isRecorded = true
      },
    })
    await update({ state: 'ready', url: server.url })
    onProgress({ kind: 'serve-ready', model: servedModelName, url: server.url, seconds: (clock() - startedAt) / 1000 })
    return new LocalModelDeployment({
      deploymentId,
      url: server.url,
      appName,
      servedModelName,
      modelPath: folder.path,
      process: server.process,
      isDetached,
      fetch: options.fetch ?? globalThis.fetch,
      clock,
      onEnded: (error) => update({ state: error === null ? 'stopped' : 'failed', stoppedAt: clock(), error }),
    })
  } catch (error) {
    await server?.process.stop()
    // This failure is the one to tell, even if the store fails as well: a record without its process reads as stopped.
    if (isRecorded) {
      await update({ state: 'failed', stoppedAt: clock(), error: messageOf(error) }).catch(() => undefined)
    }
    throw error
  }
}
