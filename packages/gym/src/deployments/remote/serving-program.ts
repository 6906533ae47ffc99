import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/*
 * The program of a sandbox that serves. It starts the engine, ends it when nobody asks it anything any more, and, where
 * the port is open to the internet, stands before it and lets through what has the key. It imports nothing but Node, since
 * its text is all that is sent to the sandbox: `node --input-type=module -e <text> -- <settings as JSON> <engine> <args>`.
 * In the arguments of the engine, {{host}} and {{port}} stand for where it is to listen.
 *
 * Exit codes: 0 nobody asked for long enough; 74 the engine did not start in time; 143 it was told to end; else the
 * engine's own, and 1 where the engine ended with 0.
 */

interface Settings {
  /** The port as the spec names it; the variable GYM_PORT_<port> has the one to listen on. */
  readonly port: number
  readonly idleSeconds: number
  /** Time until the engine tells its metrics. */
  readonly startSeconds: number
  /** SHA-256 of the key, hex, where the port is open to the internet; null where the provider checks who asks. */
  readonly keyHash: string | null
}

/** Longest pause between two looks at the metrics, milliseconds. */
const LOOK_MS = 5000
/** Time between SIGTERM and SIGKILL for the engine, milliseconds. */
const GRACE_MS = 8000
/** Metrics of vLLM and SGLang. Aborted requests are in no counter of requests, but their prompts are counted. */
const RUNNING = [
  'vllm:num_requests_running',
  'vllm:num_requests_waiting',
  'sglang:num_running_reqs',
  'sglang:num_queue_reqs',
]
const COUNTERS = [
  'vllm:request_success_total',
  'vllm:prompt_tokens_total',
  'sglang:num_requests_total',
  'sglang:prompt_tokens_total',
]

const [, settingsText = '{}', program = '', ...args] = process.argv
const settings = JSON.parse(settingsText) as Settings
const publicPort = Number(process.env[`GYM_PORT_${settings.port}`])
const isGated = settings.keyHash !== null
const enginePort = isGated ? await freePort() : publicPort
const place = (text: string) =>
  text.replaceAll('{{port}}', String(enginePort)).replaceAll('{{host}}', isGated ? '127.0.0.1' : '0.0.0.0')

// Before the engine is started: a signal that came between the two would end this program alone.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(143))
const engine = spawn(program, args.map(place), { stdio: ['ignore', 'inherit', 'inherit'] })
let isEnding = false
engine.once('error', (error) => {
  tell({ event: 'failed', why: `the engine could not be started: ${error.message}` })
  process.exit(127)
})
engine.once('exit', (code, signal) => {
  if (isEnding) return
  tell({ event: 'engine-ended', code, signal })
  process.exit(code === null ? 137 : code || 1)
})
if (settings.keyHash !== null) openGate(settings.keyHash)
await watch()

/** Ends the engine when it did not start in time, or when it has had nothing to do for too long. */
async function watch(): Promise<void> {
  const { idleSeconds, startSeconds } = settings
  const pauseMs = Math.min(LOOK_MS, idleSeconds * 250)
  const startedAt = performance.now()
  let lastActive: number | null = null
  let lastCount = 0
  for (;;) {
    await delay(pauseMs)
    const load = await readLoad()
    const now = performance.now()
    if (load !== null && (lastActive === null || load.running > 0 || load.count !== lastCount)) {
      lastActive = now
      lastCount = load.count
    }
    if (lastActive === null) {
      if (now - startedAt < startSeconds * 1000) continue
      tell({ event: 'failed', why: `the engine told no metrics within ${startSeconds} s` })
      return await end(74)
    }
    // An engine that does not answer any more is of use to nobody: it counts as idle.
    if (now - lastActive < idleSeconds * 1000) continue
    tell({ event: 'idle', seconds: idleSeconds })
    return await end(0)
  }
}

/** Reads what the engine does and how much it has done; null when it does not tell. */
async function readLoad(): Promise<{ readonly running: number; readonly count: number } | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${enginePort}/metrics`, { signal: AbortSignal.timeout(LOOK_MS) })
    if (!response.ok) return null
    const lines = (await response.text()).split('\n')
    const sum = (names: readonly string[]) =>
      lines
        .filter((line) => names.includes(line.split(/[{ ]/, 1)[0] ?? ''))
        .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    return { running: sum(RUNNING), count: sum(COUNTERS) }
  } catch {
    return null
  }
}

/** Lets through /health to anybody and /v1/* to whoever has the key; engines check their own key on some paths only. */
function openGate(keyHash: string): void {
  const server = createServer((incoming, outgoing) => {
    const target = incoming.url ?? '/'
    // What throws in here ends the server for everybody, and `//` alone is no URL.
    if (!URL.canParse(target, 'http://gate')) return refuse(outgoing, 404, 'no such path')
    // Read as a URL, so that `..` and its like are gone before the path is compared.
    const { pathname, search } = new URL(target, 'http://gate')
    if (pathname !== '/health' && !/^\/v1\/[\w./-]*$/.test(pathname)) return refuse(outgoing, 404, 'no such path')
    if (pathname !== '/health' && !hasKey(incoming, keyHash))
      return refuse(outgoing, 401, 'the API key is missing or wrong')
    // Node throws when it is to announce trailers that it then cannot send.
    const { authorization: _, host: __, trailer: ___, ...headers } = incoming.headers
    const options = { host: '127.0.0.1', port: enginePort, path: pathname + search, method: incoming.method, headers }
    const forwarded = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.once('error', () => refuse(outgoing, 502, 'the engine does not answer'))
    outgoing.once('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  // A long answer is no fault.
  server.requestTimeout = 0
  server.listen(publicPort)
}

function hasKey({ headers }: IncomingMessage, keyHash: string): boolean {
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(createHash('sha256').update(given).digest(), Buffer.from(keyHash, 'hex'))
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  const headers = { 'content-type': 'application/json' }
  outgoing.writeHead(status, headers).end(JSON.stringify({ error: { message, type: 'gate', code: status } }))
}

async function end(code: number): Promise<void> {
  if (isEnding) return
  isEnding = true
  if (isRunning(engine)) {
    const ended = new Promise((resolve) => engine.once('exit', resolve))
    engine.kill('SIGTERM')
    const timer = setTimeout(() => engine.kill('SIGKILL'), GRACE_MS)
    await ended
    clearTimeout(timer)
  }
  process.exit(code)
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

function tell(event: object): void {
  console.log(`GYM ${JSON.stringify(event)}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createSocketServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
