import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { ServerMetrics } from './metrics.js'
import type { RouteContext } from './openai-app.js'

const routes = ['/health', '/metrics', '/openapi.json', '/v1/models', '/v1/chat/completions', '/v1/completions']

/** Counts every answer, refusals included, by route and status. */
export function countRequests(metrics: ServerMetrics): MiddlewareHandler {
  return async (context, next) => {
    await next()
    metrics.countRequest(routes.includes(context.req.path) ? context.req.path : 'other', context.res.status)
  }
}

/** Adds GET /metrics. */
export function addMetricsRoute(app: OpenAPIHono, { engine, gate, metrics }: RouteContext): void {
  app.openapi(metricsRoute, async (context) => {
    // An engine that has ended does nothing any more; its end shows in GET /health.
    const load = await engine.load().catch(() => ({ slotsInUse: 0, slots: 0, waiting: 0 }))
    const text = metrics.render({ ...load, inFlight: gate.samplesInFlight })
    return context.text(text, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
}

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  responses: {
    200: { description: "Prometheus' text format", content: { 'text/plain': { schema: z.string() } } },
  },
})
