import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { trainingWarnings } from '../../console/training-warnings.js'
import type { RunRecord, StepMetrics } from '../../store/records.js'
import { checkpointsIn, runFolder } from '../../training/run-folder.js'
import { apiRefusal, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { finiteJson } from './finite-json.js'
import { pageQuery } from './paging.js'
import { runConfiguration } from './run-configuration.js'
import { checkpointListSchema, runListSchema, runSchema, type Step, stepsSchema } from './run-schemas.js'

/** Points of the small curve in the table of runs. */
const SPARKLINE_POINTS = 40

/** Adds the routes of runs: the list, one, its steps and its checkpoints. */
export function addRunRoutes(app: OpenAPIHono, { store, home }: DashboardContext): void {
  app.openapi(listRoute, async (context) => {
    const runs = await store.runs.list(context.req.valid('query'))
    const items = await Promise.all(
      runs.map(async (run) => {
        const { steps } = await store.runs.stepsBetween(run.trainingRunId, { points: SPARKLINE_POINTS })
        const rewards = finiteJson(steps.map(({ rewardMean }) => rewardMean))
        const last = steps.at(-1)
        return { ...factsOf(run), rewards, last: last === undefined ? null : stepAnswer(last) }
      }),
    )
    return context.json({ total: await store.runs.count(), items }, 200)
  })
  app.openapi(runRoute, async (context) => {
    const run = await requireRun(store, context.req.valid('param').run)
    const from = Math.max(0, run.rolloutsDone - 1)
    const { steps } = await store.runs.stepsBetween(run.trainingRunId, { from, points: 1 })
    const step = steps.at(-1)
    const warnings = step === undefined ? [] : trainingWarnings(step).map(({ message }) => message)
    const last = step === undefined ? null : stepAnswer(step)
    return context.json({ ...factsOf(run), configuration: runConfiguration(run), warnings, last }, 200)
  })
  app.openapi(stepsRoute, async (context) => {
    const { trainingRunId } = await requireRun(store, context.req.valid('param').run)
    const { every, steps } = await store.runs.stepsBetween(trainingRunId, context.req.valid('query'))
    return context.json({ every, steps: steps.map(stepAnswer) }, 200)
  })
  app.openapi(checkpointsRoute, async (context) => {
    const { trainingRunId } = await requireRun(store, context.req.valid('param').run)
    const checkpoints = await checkpointsIn(runFolder(home, trainingRunId))
    const items = checkpoints.map(({ name, rolloutId, path, createdAt }) => ({ name, rolloutId, path, createdAt }))
    return context.json({ items }, 200)
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

function stepAnswer(metrics: StepMetrics): Step {
  return { ...finiteJson(metrics), rolloutId: metrics.rolloutId }
}

function factsOf({ config: _config, pid: _pid, ...facts }: RunRecord): Omit<RunRecord, 'config' | 'pid'> {
  return facts
}

const runParam = z.object({ run: z.string() })
const stepId = z.coerce.number().int().min(0)

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs',
  request: { query: pageQuery },
  responses: { 200: jsonAnswer(runListSchema, 'Runs, newest first') },
})

const runRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}',
  request: { params: runParam },
  responses: { 200: jsonAnswer(runSchema, 'One run'), 404: notFoundAnswer },
})

const stepsRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps',
  request: {
    params: runParam,
    query: z.object({
      from: stepId.optional(),
      to: stepId.optional(),
      points: z.coerce.number().int().min(1).max(2_000).default(1_000),
    }),
  },
  responses: { 200: jsonAnswer(stepsSchema, 'Steps, oldest first: every n-th and the last'), 404: notFoundAnswer },
})

const checkpointsRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/checkpoints',
  request: { params: runParam },
  responses: { 200: jsonAnswer(checkpointListSchema, 'Complete checkpoints, oldest first'), 404: notFoundAnswer },
})
