import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { jsonAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { pageQuery, pageSchema } from './paging.js'

/** A deployment as the list shows it. */
export const deploymentListSchema = pageSchema(
  z.object({
    deploymentId: z.string(),
    state: z.enum(['starting', 'ready', 'stopped', 'failed']),
    appName: z.string(),
    servedModelName: z.string(),
    modelPath: z.string(),
    url: z.string().nullable(),
    createdAt: z.number(),
    stoppedAt: z.number().nullable(),
    error: z.string().nullable(),
  }),
).openapi('DeploymentList')

export type DeploymentList = z.infer<typeof deploymentListSchema>

/** Adds the list of deployments. */
export function addDeploymentRoutes(app: OpenAPIHono, { store }: DashboardContext): void {
  app.openapi(listRoute, async (context) => {
    const records = await store.deployments.list(context.req.valid('query'))
    const items = records.map((record) => {
      const { deploymentId, state, appName, servedModelName, modelPath, url, createdAt, stoppedAt, error } = record
      return { deploymentId, state, appName, servedModelName, modelPath, url, createdAt, stoppedAt, error }
    })
    return context.json({ total: await store.deployments.count(), items }, 200)
  })
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/deployments',
  request: { query: pageQuery },
  responses: { 200: jsonAnswer(deploymentListSchema, 'Deployments, newest first') },
})
