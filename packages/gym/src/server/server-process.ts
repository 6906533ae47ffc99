import { randomBytes, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { EngineError, type Quantization, quantizations } from '@training-gym/engine'
import { z } from 'zod'
import { API_KEY_VARIABLE } from '../deployments/server-access.js'
import { type Boundary, GymError, messageOf } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import { readDefaultMaxTokens } from './generation-defaults.js'
import type { ServedEngine } from './served-engine.js'
import { type RunningServer, startServer } from './start-server.js'

const argumentsSchema = z.strictObject({
  'model-path': z.string().min(1),
  'served-model-name': z.string().min(1),
  host: z.string().min(1).optional(),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  threads: z.coerce.number().int().min(1).optional(),
  'max-batch': z.coerce.number().int().min(1).optional(),
  quantization: z.enum(quantizations).optional(),
  'max-queue': z.coerce.number().int().min(1).optional(),
  'max-stream-delay-ms': z.coerce.number().min(0).optional(),
  'drain-ms': z.coerce.number().int().min(0).default(10_000),
  detached: z.boolean().default(false),
})

/** The one line that a server process writes to stdout. */
export type ServerEvent =
  | { readonly event: 'ready'; readonly url: string; readonly pid: number }
  | { readonly event: 'failed'; readonly boundary: Boundary; readonly code: string; readonly message: string }

export interface OpenEngineOptions {
  readonly modelPath: string
  readonly threads?: number
  readonly maxBatch?: number
  readonly quantization?: Quantization
}

/**
 * Runs a server as the whole of this process: opens the port and the engine, writes one JSON line (ServerEvent) to
 * stdout, logs to stderr, and ends with code 0 after SIGTERM, SIGINT or, unless `--detached`, the end of stdin, so that
 * it never outlives a parent that was killed. A start that fails, and an engine that dies, end it with code 3.
 */
export async function runServerProcess(
  argv: readonly string[],
  openEngine: (options: OpenEngineOptions) => Promise<ServedEngine>,
): Promise<void> {
  const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`)
  try {
    const options = readArguments(argv)
    if (!options.detached) exitWithoutParent()
    const { 'model-path': modelPath, threads, quantization } = options
    const server = await startServer({
      openEngine: () => openEngine({ modelPath, threads, maxBatch: options['max-batch'], quantization }),
      port: options.port,
      host: options.host,
      apiKey: process.env[API_KEY_VARIABLE] || undefined,
      servedModelName: options['served-model-name'],
      maxQueue: options['max-queue'],
      maxStreamDelayMs: options['max-stream-delay-ms'],
      defaultMaxTokens: await readDefaultMaxTokens(modelPath),
      clock: Date.now,
      drawSeed: () => randomBytes(4).readUInt32LE(),
      newId: randomUUID,
      log,
    })
    exitWithEngine(server, log)
    stopOnSignals(server, { drainMs: options['drain-ms'], isDetached: options.detached, log })
    log(`"${options['served-model-name']}" is ready at ${server.url}`)
    tell({ event: 'ready', url: server.url, pid: process.pid })
  } catch (error) {
    const failed = failureEvent(error)
    log(failed.message)
    // stdout is a pipe: exiting before the line was handed over would lose it.
    process.stdout.write(`${JSON.stringify(failed)}\n`, () => process.exit(3))
  }
}

function readArguments(argv: readonly string[]): z.infer<typeof argumentsSchema> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'model-path': text,
      'served-model-name': text,
      host: text,
      port: text,
      threads: text,
      'max-batch': text,
      quantization: text,
      'max-queue': text,
      'max-stream-delay-ms': text,
      'drain-ms': text,
      detached: { type: 'boolean' },
    },
  })
  return parseOptions(argumentsSchema, values, 'the server')
}

/** While the model loads there is nothing to finish: the process just ends with its parent. */
function exitWithoutParent(): void {
  process.stdin.resume()
  process.stdin.once('close', exitNow)
}

function exitNow(): void {
  process.exit(0)
}

/** Without its engine a server can only refuse: it answers what is in flight and ends with code 3. */
function exitWithEngine(server: RunningServer, log: (line: string) => void): void {
  void server.engineClosed.then(async (error) => {
    if (error.code === 'closed') return
    log(`the engine has ended: ${error.message}`)
    await server.stop(AbortSignal.abort())
    process.exit(3)
  })
}

function stopOnSignals(
  server: RunningServer,
  { drainMs, isDetached, log }: { drainMs: number; isDetached: boolean; log: (line: string) => void },
): void {
  const deadline = new AbortController()
  let isStopping = false
  const stop = (reason: string, limitMs: number) => {
    setTimeout(() => deadline.abort(), limitMs)
    // Whatever does not end within two seconds of being aborted will not end at all.
    setTimeout(exitNow, limitMs + 2000)
    if (isStopping) return
    isStopping = true
    log(`stopping: ${reason}`)
    server.stop(deadline.signal).then(exitNow, (error: unknown) => {
      log(`stopping failed: ${messageOf(error)}`)
      process.exit(3)
    })
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // A second signal means: now.
    process.on(signal, () => stop(signal, isStopping ? 0 : drainMs))
  }
  if (!isDetached) {
    process.stdin.off('close', exitNow)
    process.stdin.once('close', () => stop('its parent has ended', 0))
    if (process.stdin.closed) stop('its parent has ended', 0)
  }
}

function failureEvent(error: unknown): Extract<ServerEvent, { event: 'failed' }> {
  const told = { event: 'failed', message: messageOf(error) } as const
  if (GymError.is(error)) return { ...told, boundary: error.boundary, code: error.code }
  if (EngineError.is(error)) {
    const isFolder = error.code === 'bad-checkpoint' || error.code === 'unsupported-model'
    return { ...told, boundary: isFolder ? 'config' : 'engine', code: error.code }
  }
  // util.parseArgs throws plain TypeErrors whose message names the argument.
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return { ...told, boundary: isUsage ? 'config' : 'engine', code: isUsage ? 'bad-options' : 'internal' }
}

function tell(event: ServerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}
