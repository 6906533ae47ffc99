import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { RouteContext } from './openai-app.js'
import { refusal } from './openai-error.js'
import { errorSchema, type Health, healthSchema, modelListSchema, modelSchema } from './response-schemas.js'

/** Adds GET /health, /v1/models and /v1/models/{model}. */
export function addModelRoutes(app: OpenAPIHono, shared: RouteContext): void {
  app.openapi(healthRoute, (context) => {
    const whenAlive = shared.gate.isDraining ? 'draining' : 'ready'
    const status = shared.engineEnd() === null ? whenAlive : 'failed'
    return context.json(healthOf(shared.servedModelName, status), status === 'ready' ? 200 : 503)
  })
  app.openapi(listRoute, (context) => context.json({ object: 'list' as const, data: [modelOf(shared)] }, 200))
  app.openapi(modelRoute, (context) => {
    requireServedModel(context.req.valid('param').model, shared)
    return context.json(modelOf(shared), 200)
  })
}

/** Describes this process for GET /health. */
export function healthOf(model: string, status: Health['status']): Health {
  // maxRSS is in kibibytes on every platform that Node supports.
  const peakRssMb = Math.round((process.resourceUsage().maxRSS / 1024) * 10) / 10
  return { status, model, pid: process.pid, peakRssMb }
}

/** Refuses with 404 a request for another model than the served one. */
export function requireServedModel(model: string, { servedModelName }: RouteContext): void {
  if (model === servedModelName) return
  const message = `there is no model "${model.slice(0, 100)}" here; this server serves "${servedModelName}"`
  throw refusal(404, { message, param: 'model', code: 'model_not_found' })
}

function modelOf(shared: RouteContext): z.infer<typeof modelSchema> {
  return {
    id: shared.servedModelName,
    object: 'model',
    created: shared.created,
    owned_by: 'training-gym',
    max_model_len: shared.engine.model.maxPositions,
  }
}

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})

const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  responses: {
    200: json(healthSchema, 'Ready'),
    503: json(healthSchema, 'Starting, shutting down, or the engine has failed'),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  responses: { 200: json(modelListSchema, 'The served model') },
})

const modelRoute = createRoute({
  method: 'get',
  path: '/v1/models/{model}',
  request: { params: z.object({ model: z.string() }) },
  responses: { 200: json(modelSchema, 'The served model'), 404: json(errorSchema, 'Another name') },
})
