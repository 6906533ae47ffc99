import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { stopDeployment } from '../../deployments/stored-deployments.js'
import type { DeploymentRecord } from '../../store/records.js'
import { apiRefusal, errorSchema, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import { chatRequestSchema, forwardChat } from './chat-forwarding.js'
import type { DashboardContext } from './dashboard-app.js'
import { pageQuery, pageSchema } from './paging.js'

/** A deployment as the list shows it. */
export const deploymentSchema = z
  .object({
    deploymentId: z.string(),
    state: z.enum(['starting', 'ready', 'stopped', 'failed']),
    appName: z.string(),
    servedModelName: z.string(),
    modelPath: z.string(),
    url: z.string().nullable(),
    createdAt: z.number(),
    stoppedAt: z.number().nullable(),
    error: z.string().nullable(),
  })
  .openapi('Deployment')

export const deploymentListSchema = pageSchema(deploymentSchema).openapi('DeploymentList')

export type Deployment = z.infer<typeof deploymentSchema>
export type DeploymentList = z.infer<typeof deploymentListSchema>

/** Adds the routes of deployments: the list, one, a chat with one, and its end. */
export function addDeploymentRoutes(
  app: OpenAPIHono,
  {
    store,
    home,
    apiKey,
    signal,
  }: DashboardContext & { readonly apiKey?: string | undefined; readonly signal: AbortSignal },
): void {
  const requireDeployment = async (deploymentId: string): Promise<DeploymentRecord> => {
    const record = await store.deployments.get(deploymentId)
    if (record !== undefined) return record
    const message = `there is no deployment "${deploymentId.slice(0, 100)}"; see the list of deployments`
    throw apiRefusal(404, 'no-such-deployment', message)
  }
  app.openapi(listRoute, async (context) => {
    const records = await store.deployments.list(context.req.valid('query'))
    return context.json({ total: await store.deployments.count(), items: records.map(deploymentAnswer) }, 200)
  })
  app.openapi(deploymentRoute, async (context) => {
    return context.json(deploymentAnswer(await requireDeployment(context.req.valid('param').deployment)), 200)
  })
  app.openapi(chatRoute, async (context) => {
    const record = await requireDeployment(context.req.valid('param').deployment)
    const gone = AbortSignal.any([context.req.raw.signal, signal])
    return await forwardChat(record, context.req.valid('json'), { home, apiKey, signal: gone })
  })
  app.openapi(stopRoute, async (context) => {
    const { deploymentId } = await requireDeployment(context.req.valid('param').deployment)
    return context.json(deploymentAnswer(await stopDeployment(deploymentId, { home, signal })), 200)
  })
}

function deploymentAnswer(record: DeploymentRecord): Deployment {
  const { deploymentId, state, appName, servedModelName, modelPath, url, createdAt, stoppedAt, error } = record
  return { deploymentId, state, appName, servedModelName, modelPath, url, createdAt, stoppedAt, error }
}

const deploymentParam = z.object({ deployment: z.string() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/deployments',
  request: { query: pageQuery },
  responses: { 200: jsonAnswer(deploymentListSchema, 'Deployments, newest first') },
})

const deploymentRoute = createRoute({
  method: 'get',
  path: '/api/v1/deployments/{deployment}',
  request: { params: deploymentParam },
  responses: { 200: jsonAnswer(deploymentSchema, 'One deployment'), 404: notFoundAnswer },
})

const chatRoute = createRoute({
  method: 'post',
  path: '/api/v1/deployments/{deployment}/chat',
  request: {
    params: deploymentParam,
    body: { content: { 'application/json': { schema: chatRequestSchema } }, required: true },
  },
  responses: {
    200: {
      content: { 'text/event-stream': { schema: z.string() } },
      description: 'Chunks, as OpenAI clients know them',
    },
    404: notFoundAnswer,
    409: jsonAnswer(errorSchema, 'It is not ready'),
    502: jsonAnswer(errorSchema, 'It refused, or does not answer'),
  },
})

const stopRoute = createRoute({
  method: 'post',
  path: '/api/v1/deployments/{deployment}/stop',
  request: { params: deploymentParam },
  responses: { 200: jsonAnswer(deploymentSchema, 'It has ended'), 404: notFoundAnswer },
})
