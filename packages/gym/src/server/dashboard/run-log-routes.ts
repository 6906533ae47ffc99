import { stat } from 'node:fs/promises'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTail } from '../../compute/read-tail.js'
import { runLogFile } from '../../training/run-log.js'
import { jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { requireRun } from './run-routes.js'

/** The end of what a run said. */
export const runLogSchema = z
  .object({
    text: z.string(),
    /** Bytes of the whole log. */
    bytes: z.int(),
    isCut: z.boolean(),
  })
  .openapi('RunLog')

export type RunLog = z.infer<typeof runLogSchema>

/** Adds the log of a run of this machine. */
export function addRunLogRoutes(app: OpenAPIHono, { store, home }: DashboardContext): void {
  app.openapi(logRoute, async (context) => {
    const { trainingRunId } = await requireRun(store, context.req.valid('param').run)
    const { bytes: wanted } = context.req.valid('query')
    const file = runLogFile(home, trainingRunId)
    const bytes = (await stat(file).catch(() => null))?.size ?? 0
    return context.json({ text: await readTail(file, wanted), bytes, isCut: bytes > wanted }, 200)
  })
}

const logRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/log',
  request: {
    params: z.object({ run: z.string() }),
    query: z.object({ bytes: z.coerce.number().int().min(1).max(1_000_000).default(16_000) }),
  },
  responses: {
    200: jsonAnswer(runLogSchema, 'The last lines of a run, as a terminal showed them'),
    404: notFoundAnswer,
  },
})
