import { OpenAPIHono } from '@hono/zod-openapi'
import { EngineError } from '@training-gym/engine'
import { HTTPException } from 'hono/http-exception'
import type { ServerAccess } from '../deployments/server-access.js'
import { messageOf } from '../errors.js'
import { accessCheck } from './access-check.js'
import { bodyBound } from './body-bound.js'
import { addChatRoute } from './chat-route.js'
import { addCompletionRoute } from './completion-route.js'
import { ServerMetrics } from './metrics.js'
import { addMetricsRoute, countRequests } from './metrics-route.js'
import { addModelRoutes } from './model-routes.js'
import { refusal, withoutPaths } from './openai-error.js'
import { RequestGate } from './request-gate.js'
import type { ServedEngine } from './served-engine.js'
import { WritePacer } from './write-pacer.js'

export interface OpenAiAppOptions extends ServerAccess {
  readonly engine: ServedEngine
  /** The name that requests must give as `model`. */
  readonly servedModelName: string
  /** Samples running or waiting at most; more are answered 429. Default 1,024. */
  readonly maxQueue?: number
  /** Tokens of an answer when a request gives no limit; null (the default) leaves the rest of the context. */
  readonly defaultMaxTokens?: number | null
  /** The longest that a streamed token may wait for the next ones when many streams are open, ms; 0: never. Default 150. */
  readonly maxStreamDelayMs?: number
  /** Largest body, bytes. Default 4 MiB. */
  readonly maxBodyBytes?: number
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Draws a uint32 for requests without a seed. */
  readonly drawSeed: () => number
  /** Makes the id of a completion. */
  readonly newId: () => string
  /** Gets one line for each failure that is the server's own. */
  readonly log: (line: string) => void
}

/** What the routes share. */
export interface RouteContext
  extends Pick<OpenAiAppOptions, 'engine' | 'servedModelName' | 'clock' | 'drawSeed' | 'newId' | 'log'> {
  readonly defaultMaxTokens: number | null
  readonly gate: RequestGate
  readonly metrics: ServerMetrics
  readonly pacer: WritePacer
  /** Why the engine ended by itself; null while it lives. */
  readonly engineEnd: () => EngineError | null
  /** Unix seconds at which the model came up. */
  readonly created: number
}

export interface OpenAiApp {
  readonly fetch: OpenAPIHono['fetch']
  /** Direct calls without a port, for tests. */
  readonly request: OpenAPIHono['request']
  readonly gate: RequestGate
}

/** Builds the OpenAI-compatible routes over an engine; opens no port. */
export function createOpenAiApp(options: OpenAiAppOptions): OpenAiApp {
  const gate = new RequestGate({ maxSamples: options.maxQueue ?? 1024 })
  let engineEnd: EngineError | null = null
  void options.engine.closed.then((error) => {
    engineEnd = error
  })
  const shared: RouteContext = {
    ...options,
    defaultMaxTokens: options.defaultMaxTokens ?? null,
    gate,
    metrics: new ServerMetrics(),
    pacer: new WritePacer({ longestRestMs: options.maxStreamDelayMs }),
    engineEnd: () => engineEnd,
    created: Math.floor(options.clock() / 1000),
  }
  const app = new OpenAPIHono()
  app.use(countRequests(shared.metrics))
  app.use(accessCheck(options))
  app.use(bodyBound(options.maxBodyBytes ?? 4 * 1024 * 1024))
  app.onError((error) => answerTo(error, shared).getResponse())
  app.notFound((context) => {
    const message = `there is no ${context.req.method} ${context.req.path}; see GET /openapi.json`
    return refusal(404, { message, code: 'not_found' }).getResponse()
  })
  addModelRoutes(app, shared)
  addMetricsRoute(app, shared)
  addChatRoute(app, shared)
  addCompletionRoute(app, shared)
  app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'training-gym server', version: '1' } })
  return { fetch: app.fetch, request: app.request, gate }
}

/** Turns anything thrown in a handler into an OpenAI error; what is not the client's fault is logged, not shown. */
export function answerTo(error: unknown, { log }: Pick<RouteContext, 'log'>): HTTPException {
  if (error instanceof HTTPException) return error.res ? error : plainRefusal(error)
  if (EngineError.is(error)) {
    if (error.code === 'bad-request') {
      return refusal(400, { message: withoutPaths(error.message), code: 'invalid_value' })
    }
    if (error.code === 'aborted' || error.code === 'closed') {
      const message = 'the server ended this request before it was done; send it again'
      return refusal(503, { message, code: 'request_aborted' }, { 'Retry-After': '1' })
    }
  }
  log(`request failed: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`)
  return refusal(500, {
    message: 'the engine failed on this request; the log of the server says why',
    code: 'engine_failed',
  })
}

/** Hono's own refusals come without a body of ours. */
function plainRefusal(error: HTTPException): HTTPException {
  if (error.status === 400) {
    const message = 'the request body is not valid JSON; send a JSON object'
    return refusal(400, { message, code: 'malformed_json' })
  }
  if (error.status === 415) {
    const message = 'the request body is not JSON; send it with the header Content-Type: application/json'
    return refusal(415, { message, code: 'unsupported_media_type' })
  }
  return refusal(400, { message: error.message, code: 'refused' })
}
