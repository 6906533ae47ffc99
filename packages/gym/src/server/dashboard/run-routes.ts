import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { RunRecord } from '../../store/records.js'
import { runWithoutSecrets } from '../../training/recorded-secrets.js'
import { apiRefusal, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { explainRunStep } from './explain-run-step.js'
import { pageOfAll, pageQuery } from './paging.js'
import { runCheckpoints } from './run-checkpoints.js'
import { runConfiguration } from './run-configuration.js'
import { createProgressReader } from './run-progress.js'
import { checkpointListSchema, explainedStepSchema, runListSchema, runSchema, seriesSchema } from './run-schemas.js'
import { createSecretMarker } from './secret-marker.js'
import { stepAnswer } from './step-answer.js'
import { createColumnsReader } from './step-columns.js'
import { thinColumns } from './thin-columns.js'

/** Adds the routes of runs: the list, one, its figures, a step explained, and its checkpoints. */
export function addRunRoutes(app: OpenAPIHono, { store, home }: DashboardContext): void {
  const columnsOf = createColumnsReader(store)
  const progressOf = createProgressReader(store)
  const mark = createSecretMarker()
  app.openapi(listRoute, async (context) => {
    const { search, state, ...page } = context.req.valid('query')
    const filter = { ...(search !== undefined && { search }), ...(state !== undefined && { state }) }
    const runs = await store.runs.list(page, filter)
    const items = await Promise.all(runs.map(async (run) => ({ ...factsOf(run), ...(await progressOf(run)) })))
    return context.json({ total: await store.runs.count(filter), items }, 200)
  })
  app.openapi(runRoute, async (context) => {
    const run = await requireRun(store, context.req.valid('param').run)
    const step = await store.runs.step(run.trainingRunId, run.rolloutsDone - 1)
    const last = step === undefined ? null : stepAnswer(step)
    return context.json({ ...factsOf(run), configuration: runConfiguration(run, mark), last }, 200)
  })
  app.openapi(seriesRoute, async (context) => {
    const run = await requireRun(store, context.req.valid('param').run)
    return context.json(thinColumns(await columnsOf(run), context.req.valid('query')), 200)
  })
  app.openapi(stepRoute, async (context) => {
    const { run, step } = context.req.valid('param')
    const explained = await explainRunStep(store, await requireRun(store, run), step)
    if (explained === undefined) {
      throw apiRefusal(404, 'no-such-step', `run "${run.slice(0, 100)}" has no step ${step}; reload its charts`)
    }
    return context.json(explained, 200)
  })
  app.openapi(checkpointsRoute, async (context) => {
    const all = await runCheckpoints({ store, home }, await requireRun(store, context.req.valid('param').run))
    return context.json(pageOfAll(all, context.req.valid('query')), 200)
  })
}

/** Reads a run by its full id, or answers 404. */
export async function requireRun(store: DashboardContext['store'], trainingRunId: string): Promise<RunRecord> {
  const run = await store.runs.get(trainingRunId)
  if (run !== undefined) return run
  throw apiRefusal(
    404,
    'no-such-run',
    `there is no training run "${trainingRunId.slice(0, 100)}"; see the list of runs`,
  )
}

function factsOf(run: RunRecord) {
  const { config: _config, pid: _pid, remote, costUsd, ...facts } = runWithoutSecrets(run)
  const place = remote === undefined ? null : `${remote.compute.kind}, ${remote.gpu}`
  return { ...facts, costUsd: costUsd ?? null, place }
}

const runParam = z.object({ run: z.string() })
const stepId = z.coerce.number().int().min(0)

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs',
  request: {
    query: pageQuery.extend({
      search: z.string().max(200).optional(),
      state: z.enum(['running', 'completed', 'failed', 'interrupted']).optional(),
    }),
  },
  responses: { 200: jsonAnswer(runListSchema, 'Runs, newest first') },
})

const runRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}',
  request: { params: runParam },
  responses: { 200: jsonAnswer(runSchema, 'One run'), 404: notFoundAnswer },
})

const seriesRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/series',
  request: {
    params: runParam,
    query: z.object({
      from: stepId.optional(),
      to: stepId.optional(),
      points: z.coerce.number().int().min(1).max(2_000).default(500),
    }),
  },
  responses: { 200: jsonAnswer(seriesSchema, 'The figures of the steps, oldest first'), 404: notFoundAnswer },
})

const stepRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps/{step}',
  request: { params: z.object({ run: z.string(), step: stepId }) },
  responses: { 200: jsonAnswer(explainedStepSchema, 'One step and what it means'), 404: notFoundAnswer },
})

const checkpointsRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/checkpoints',
  request: { params: runParam, query: pageQuery },
  responses: {
    200: jsonAnswer(checkpointListSchema, 'Checkpoints, newest first, as far as they are known on this machine'),
    404: notFoundAnswer,
  },
})
