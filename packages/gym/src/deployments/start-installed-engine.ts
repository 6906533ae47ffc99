import { setTimeout as delay } from 'node:timers/promises'
import { findProgram } from '../compute/find-program.js'
import { listNvidiaGpus } from '../compute/list-nvidia-gpus.js'
import type { LocalProcess } from '../compute/local-process.js'
import { startGuardedProcess } from '../compute/start-guarded-process.js'
import { GymError } from '../errors.js'
import { describeExit } from './describe-exit.js'
import type { EngineCommand } from './engine-command.js'
import { knownCrash } from './engine-crash.js'
import { type ServerProcess, STOP_GRACE_MS } from './start-server-process.js'
import { withTimeLimit } from './time-limit.js'

export interface InstalledEngineStart {
  readonly command: EngineCommand
  readonly deploymentId: string
  readonly servedModelName: string
  readonly port: number
  readonly isDetached: boolean
  readonly logFile: string
  readonly startTimeoutMs: number
  readonly fetch: typeof globalThis.fetch
  readonly signal?: AbortSignal
  /** Called with the process id before the model is loaded. */
  readonly onStarted: (pid: number) => Promise<void>
}

/** Pause between two looks, and how long one may take, milliseconds. */
const PAUSE_MS = 250
const LOOK_MS = 5000
/** Time between SIGTERM and SIGKILL for the engine; its guard must be done before it is ended itself. */
const ENGINE_GRACE_MS = STOP_GRACE_MS - 2000

/**
 * Starts an engine that is installed on this machine and waits until it answers.
 *
 * @throws GymError `program-missing` (config), `no-gpu` and `too-few-gpus` (engine), `server-died` (engine) with the end of
 * its log, or what is known of such an end, `start-timeout` (engine), 'interrupted' when `signal` aborts. Nothing is left
 * running.
 */
export async function startInstalledEngine(options: InstalledEngineStart): Promise<ServerProcess> {
  const { command, deploymentId, port, signal } = options
  signal?.throwIfAborted()
  const env = { ...process.env, ...command.env }
  const program = await findProgram(command.executable, env.PATH)
  if (program === null) {
    const message = `there is no program "${command.executable}" to start ${command.engine}; ${command.install}`
    throw new GymError('config', 'program-missing', message)
  }
  if (command.needsNvidiaGpu) await requireGpus(command, env, signal)
  const guard = await startGuardedProcess({
    name: `server of "${options.servedModelName}"`,
    label: deploymentId,
    command: program,
    args: command.args,
    env: command.env,
    logFile: options.logFile,
    isDetached: options.isDetached,
    graceMs: ENGINE_GRACE_MS,
  })
  try {
    await options.onStarted(guard.pid)
    await untilServing(guard, options)
    guard.unref()
    return { process: guard, url: `http://127.0.0.1:${port}/v1` }
  } catch (error) {
    await guard.stop({ graceMs: STOP_GRACE_MS })
    throw error
  }
}

async function requireGpus(command: EngineCommand, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<void> {
  const gpus = await listNvidiaGpus({ env, signal })
  signal?.throwIfAborted()
  const elsewhere =
    'serve on a machine with one, use a small model with the built-in engine, or set needsNvidiaGpu: false for a build that needs none'
  if (gpus === null || gpus.length === 0) {
    const why = gpus === null ? 'nvidia-smi is missing or finds no driver' : 'nvidia-smi lists none'
    throw new GymError('engine', 'no-gpu', `${command.engine} needs an NVIDIA GPU and ${why}; ${elsewhere}`)
  }
  if (gpus.length < command.gpus) {
    const message = `${command.engine} is to use ${command.gpus} GPUs and this machine has ${gpus.length}; lower the recipe's parallel sizes`
    throw new GymError('engine', 'too-few-gpus', message)
  }
}

/** Waits for /health, which answers when the weights are loaded, and then for the model in /v1/models. */
async function untilServing(guard: LocalProcess, options: InstalledEngineStart): Promise<void> {
  const { servedModelName, startTimeoutMs, port, fetch, signal, command } = options
  const origin = `http://127.0.0.1:${port}`
  const gone = new AbortController()
  const exited = guard.exited.then(() => gone.abort())
  try {
    await withTimeLimit(startTimeoutMs, signal, async (limit) => {
      const either = AbortSignal.any([limit, gone.signal])
      for (const path of ['/health', '/v1/models']) {
        while (!(await isAnswered(fetch, `${origin}${path}`, either))) {
          await delay(PAUSE_MS, undefined, { signal: either })
        }
      }
    })
  } catch (error) {
    if (guard.exit !== null) {
      await exited
      throw await deathAtStart(guard, command, servedModelName)
    }
    if (signal?.aborted) {
      if (GymError.is(signal.reason)) throw signal.reason
      throw new GymError('interrupted', 'aborted', `the start of "${servedModelName}" was aborted`, { cause: error })
    }
    const message = `${command.engine} did not serve "${servedModelName}" within ${startTimeoutMs / 1000} s; raise startTimeoutMs or see its log ${guard.logFile}`
    throw new GymError('engine', 'start-timeout', message, { cause: error })
  }
  // Another program may have taken the port: then that one has answered.
  if (guard.exit !== null) throw await deathAtStart(guard, command, servedModelName)
}

async function isAnswered(fetch: typeof globalThis.fetch, url: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await withTimeLimit(LOOK_MS, signal, async (limit) => {
      const response = await fetch(url, { signal: limit })
      await response.body?.cancel()
      return response.ok
    })
  } catch {
    signal.throwIfAborted()
    return false
  }
}

async function deathAtStart(guard: LocalProcess, command: EngineCommand, servedModelName: string): Promise<GymError> {
  const exit = await guard.exited
  const known = knownCrash(await guard.readTail(16_384), command)
  if (known !== null) return known
  const message = `${command.engine}, starting "${servedModelName}", ${await describeExit(guard, exit)}`
  return new GymError('engine', 'server-died', message)
}
