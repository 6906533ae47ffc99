import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GymError, messageOf } from '../../errors.js'
import { refusalOf } from './request-access.js'
import { lostEpisode, RewardThread } from './reward-thread.js'
import { SampleLog } from './sample-log.js'
import type { RewardThreadOptions, ThreadAnswer, ThreadJob } from './thread-messages.js'

/** What a broken reward does: ends the server, or gives the sample this score, for at most `max` samples. */
export type RewardErrorPolicy = 'stop' | { readonly score: number; readonly max: number }

export interface RewardServerOptions extends RewardThreadOptions {
  /** Program of the threads: it must call `runRewardThread`. */
  readonly threadEntry: URL
  readonly threads: number
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** What callers must send: `Authorization: Bearer`, or `?token=` for trainers that take nothing but a URL. */
  readonly token?: string
  readonly onError: RewardErrorPolicy
  /** File that every sample is appended to. */
  readonly logFile?: string
}

export interface RewardServer extends AsyncDisposable {
  /** E.g. `http://127.0.0.1:8787`. */
  readonly origin: string
  /** What the module has: `reward`, `episode` or both. */
  readonly offers: readonly string[]
  /** Resolves with a sentence when the reward broke and the policy ends the server, after the answer was sent. */
  readonly failed: Promise<string>
}

/** Largest body of a request, bytes. */
const MAX_BODY = 8 * 1024 * 1024
/** Requests under way at most; slime opens 64 connections. */
const MAX_REQUESTS = 4096
/** Trainers keep their connections open between rollouts; closing one as it is used again would cost a retry. */
const KEEP_ALIVE_MS = 600_000

/**
 * Serves a bundled reward to a trainer: `POST /score` in the format of slime's `remote_rm`, `POST /episode` and
 * `POST /episode/<id>` for environments of several turns, `GET /health`. Throws an Error when the module cannot be
 * loaded, GymError when the port or the log cannot be opened.
 */
export async function startRewardServer(options: RewardServerOptions): Promise<RewardServer> {
  const log = options.logFile === undefined ? null : new SampleLog(options.logFile)
  // By name: from Node 22 on a thread cannot be handed a URL, and the token is none of the reward's business.
  const { threadEntry, rewardFile, rewardName, timeLimitMs, endOfTurn, unscorableScore } = options
  const threadOptions = { rewardFile, rewardName, timeLimitMs, endOfTurn, unscorableScore }
  const threads: RewardThread[] = []
  const closeParts = async () => {
    await Promise.all(threads.map((thread) => thread[Symbol.asyncDispose]()))
    await log?.[Symbol.asyncDispose]()
  }
  try {
    const started = await Promise.all(
      Array.from({ length: options.threads }, () => RewardThread.start(threadEntry, threadOptions)),
    )
    threads.push(...started.map(({ thread }) => thread))
    const offers = started[0]?.offers ?? []
    if (offers.length === 0) throw new Error('the reward module exports neither "reward" nor "episode"')
    const { server, failed } = serveThreads(options, threads, log)
    const origin = await listen(server, options.host, options.port)
    let closing: Promise<void> | undefined
    const close = async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await closeParts()
    }
    return { origin, offers, failed, [Symbol.asyncDispose]: () => (closing ??= close()) }
  } catch (error) {
    await closeParts()
    throw error
  }
}

function serveThreads(options: RewardServerOptions, threads: readonly RewardThread[], log: SampleLog | null) {
  const counts = { n: 0, errors: 0, inflight: 0 }
  let episodes = 0
  let fail: (why: string) => void = () => undefined
  const failed = new Promise<string>((resolve) => (fail = resolve))
  for (const thread of threads) thread.broken.catch((error: unknown) => fail(messageOf(error)))

  const leastBusy = () => threads.reduce((best, thread) => (thread.load < best.load ? thread : best))

  /** Chooses the thread, which for an episode is always the same one: its id begins with the thread's place and generation. */
  const dispatch = (path: string, text: string): Promise<ThreadAnswer> | null => {
    if (path === '/score') return leastBusy().do({ route: 'score', text })
    if (path === '/episode') {
      const thread = leastBusy()
      episodes += 1
      return thread.do({ route: 'begin', episode: `${threads.indexOf(thread)}-${thread.generation}-${episodes}`, text })
    }
    const [, episode, place, generation] = /^\/episode\/((\d+)-(\d+)-\d+)$/.exec(path) ?? []
    const thread = threads[Number(place)]
    if (episode === undefined || thread === undefined) return null
    if (Number(generation) !== thread.generation) return Promise.resolve(lostEpisode(episode))
    const job: Omit<ThreadJob, 'id'> = { route: 'turn', episode, text }
    return thread.do(job)
  }

  /** Applies the policy to a fault; returns what the caller gets. */
  const settle = ({ status, body, fault }: ThreadAnswer, path: string) => {
    if (fault === null) return { status, body, isFatal: false }
    counts.errors += 1
    const { onError } = options
    if (onError !== 'stop' && counts.errors <= onError.max) {
      const floor = { score: onError.score, error: fault, ...(path !== '/score' && { done: true }) }
      return { status: 200, body: JSON.stringify(floor), isFatal: false }
    }
    return { status: 500, body: JSON.stringify({ error: fault }), isFatal: true }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (request.method === 'GET' && path === '/health') {
      return reply(response, 200, JSON.stringify({ ok: true, ...counts, logProblem: log?.problem ?? null }))
    }
    const refusal = refusalOf(request, options.token)
    if (refusal !== null) return reply(response, refusal.status, refused(refusal.error))
    if (request.method !== 'POST') return reply(response, 405, refused('POST /score, or GET /health'))
    if (counts.inflight >= MAX_REQUESTS) return reply(response, 503, refused('too many requests are under way'))
    counts.inflight += 1
    try {
      const text = await readBody(request)
      if (text === null) return reply(response, 413, refused(`the body is larger than ${MAX_BODY} bytes`))
      const answer = await dispatch(path, text)
      if (answer === null) return reply(response, 404, refused(`there is no ${path}; POST /score or /episode`))
      if (answer.logLine !== null) {
        counts.n += 1
        await log?.add(answer.logLine)
      }
      const { status, body, isFatal } = settle(answer, path)
      reply(response, status, body, isFatal ? () => fail(answer.fault ?? 'the reward broke') : undefined)
    } finally {
      counts.inflight -= 1
    }
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 60_000 }, (request, response) => {
    // What fails here is the connection, which is the trainer's to open again.
    handle(request, response).catch(() => response.destroy())
  })
  return { server, failed }
}

function reply(response: ServerResponse, status: number, body: string, onSent?: () => void): void {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  if (onSent !== undefined) response.once('close', onSent)
  response.writeHead(status, headers).end(body)
}

function refused(error: string): string {
  return JSON.stringify({ error })
}

/** Reads a body; null when it is too large. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY) chunks.push(chunk)
    })
    request.on('end', () => {
      if (size > MAX_BODY) resolve(null)
      else resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8') ?? '')
    })
    request.on('error', reject)
    request.on('close', () => reject(new Error('the connection was closed')))
  })
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `the reward server cannot listen on ${host} port ${port}: ${cause.message}; give another port`
      reject(new GymError('config', 'port-not-opened', message, { cause }))
    })
    server.listen(port, host, resolve)
  })
  const { port: opened } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${opened}`
}
