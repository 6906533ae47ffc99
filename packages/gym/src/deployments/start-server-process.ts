import { z } from 'zod'
import { type LocalProcess, startLocalProcess } from '../compute/local-process.js'
import { GymError } from '../errors.js'
import { describeExit } from './describe-exit.js'
import type { EngineRecipeOptions } from './engine-recipe.js'
import { API_KEY_VARIABLE } from './server-access.js'
import { serverEntry } from './server-entry.js'

export interface ServerProcessOptions {
  readonly modelPath: string
  readonly servedModelName: string
  /** 0 takes any free port. */
  readonly port: number
  readonly recipe: EngineRecipeOptions
  readonly isDetached: boolean
  readonly logFile: string
  readonly startTimeoutMs: number
  readonly signal?: AbortSignal
  /** Called with the process id before the model is loaded. */
  readonly onStarted: (pid: number) => Promise<void>
}

export interface ServerProcess {
  readonly process: LocalProcess
  /** Base URL for OpenAI clients. */
  readonly url: string
}

const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready'), url: z.string(), pid: z.int() }),
  z.object({
    event: z.literal('failed'),
    boundary: z.enum(['config', 'data', 'reward', 'engine', 'provider', 'store', 'interrupted']),
    code: z.string(),
    message: z.string(),
  }),
])

/** How long requests under way may take after SIGTERM, and how long until SIGKILL, milliseconds. */
export const DRAIN_MS = 3000
export const STOP_GRACE_MS = 6000

/**
 * Starts a server as a process of its own and waits until it answers.
 *
 * @throws GymError with the server's own boundary, code and sentence when it cannot start, `start-timeout` (engine),
 * `server-died` (engine) when it ends without a word, 'interrupted' when `signal` aborts. Nothing is left running.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  options.signal?.throwIfAborted()
  let onEvent: (event: z.infer<typeof eventSchema>) => void = () => undefined
  const event = new Promise<z.infer<typeof eventSchema>>((resolve) => {
    onEvent = resolve
  })
  const server = await startLocalProcess({
    name: `server of "${options.servedModelName}"`,
    command: process.execPath,
    args: [serverEntry(), ...argumentsFor(options)],
    // An inherited variable must not ask for a key that the recipe does not name.
    env: { [API_KEY_VARIABLE]: options.recipe.apiKey ?? '' },
    logFile: options.logFile,
    isDetached: options.isDetached,
    onLine: (line) => {
      const parsed = eventSchema.safeParse(jsonOrNull(line))
      if (parsed.success) onEvent(parsed.data)
    },
  })
  try {
    await options.onStarted(server.pid)
    const url = await readyUrl(server, event, options)
    server.unref()
    return { process: server, url }
  } catch (error) {
    await server.stop({ graceMs: STOP_GRACE_MS })
    throw error
  }
}

async function readyUrl(
  server: LocalProcess,
  event: Promise<z.infer<typeof eventSchema>>,
  { servedModelName, startTimeoutMs, signal }: ServerProcessOptions,
): Promise<string> {
  let settle = (): void => undefined
  const cut = new Promise<'cut'>((resolve) => {
    settle = () => resolve('cut')
  })
  const timer = setTimeout(settle, startTimeoutMs)
  signal?.addEventListener('abort', settle, { once: true })
  try {
    const outcome = await Promise.race([event, server.exited, cut])
    if (outcome === 'cut') {
      if (signal?.aborted) {
        if (GymError.is(signal.reason)) throw signal.reason
        throw new GymError('interrupted', 'aborted', `the start of "${servedModelName}" was aborted`)
      }
      const message = `the server of "${servedModelName}" was not ready after ${startTimeoutMs / 1000} s; raise startTimeoutMs or see its log ${server.logFile}`
      throw new GymError('engine', 'start-timeout', message)
    }
    if (!('event' in outcome)) {
      const message = `the server of "${servedModelName}" ${await describeExit(server, outcome)}`
      throw new GymError('engine', 'server-died', message)
    }
    if (outcome.event === 'failed') throw new GymError(outcome.boundary, outcome.code, outcome.message)
    return outcome.url
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', settle)
  }
}

function argumentsFor(options: ServerProcessOptions): string[] {
  const { threads, maxBatch, quantization, maxQueue, maxStreamDelayMs, host } = options.recipe
  const named = {
    'model-path': options.modelPath,
    'served-model-name': options.servedModelName,
    host,
    port: options.port,
    threads,
    'max-batch': maxBatch,
    quantization,
    'max-queue': maxQueue,
    'max-stream-delay-ms': maxStreamDelayMs,
    'drain-ms': DRAIN_MS,
  }
  // One argument each, with '=', so that a value that begins with a dash is still a value.
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]))
  return options.isDetached ? [...given, '--detached'] : given
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
