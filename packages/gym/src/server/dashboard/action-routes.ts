import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { checkpointsIn, runFolder } from '../../training/run-folder.js'
import { askedSchema, jobListSchema, jobSchema, possibleActionsSchema } from './action-schemas.js'
import { apiRefusal, errorSchema, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import type { Jobs } from './jobs.js'
import { pageOfAll, pageQuery } from './paging.js'
import { evaluateRequest, possibleActions, resumeRequest, stopRunNow } from './run-actions.js'
import { requireRun } from './run-routes.js'

export interface ActionContext extends DashboardContext {
  readonly jobs: Jobs
  /** Aborts what an action still waits for. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** Adds what changes something: stop and resume a run, serve and evaluate a checkpoint; and how those went. */
export function addActionRoutes(app: OpenAPIHono, { store, home, jobs, signal, log }: ActionContext): void {
  const checkpointOf = async (run: string, name: string) => {
    const record = await requireRun(store, run)
    const checkpoints = await checkpointsIn(runFolder(home, record.trainingRunId))
    const found = checkpoints.find((checkpoint) => checkpoint.name === name)
    if (found !== undefined) return found
    if (record.remote !== undefined) {
      const command = `training-gym checkpoints ${record.trainingRunId} --download ${name.slice(0, 100)}`
      throw apiRefusal(409, 'not-here', `that checkpoint is not on this machine; copy it first: ${command}`)
    }
    const message = `there is no checkpoint "${name.slice(0, 100)}" of that run; it may have been pruned, reload the run`
    throw apiRefusal(404, 'no-such-checkpoint', message)
  }

  app.openapi(possibleRoute, async (context) => {
    const run = await requireRun(store, context.req.valid('param').run)
    return context.json(await possibleActions(home, run), 200)
  })
  app.openapi(stopRoute, async (context) => {
    const run = await requireRun(store, context.req.valid('param').run)
    return context.json({ sentence: await stopRunNow(home, run, { signal, log }) }, 202)
  })
  app.openapi(resumeRoute, async (context) => {
    const run = await requireRun(store, context.req.valid('param').run)
    return context.json(await jobs.start(await resumeRequest(home, run)), 202)
  })
  app.openapi(serveRoute, async (context) => {
    const { run, checkpoint } = context.req.valid('param')
    const { path, name } = await checkpointOf(run, checkpoint)
    const args = ['serve', path, '--detach', '--port', '0']
    return context.json(await jobs.start({ kind: 'serve', subject: `${run}@${name}`, args }), 202)
  })
  app.openapi(evaluateRoute, async (context) => {
    const { run, checkpoint } = context.req.valid('param')
    const found = await checkpointOf(run, checkpoint)
    return context.json(await jobs.start(await evaluateRequest(home, await requireRun(store, run), found)), 202)
  })
  app.openapi(jobsRoute, async (context) => {
    const { subject, ...page } = context.req.valid('query')
    const all = await jobs.list()
    const wanted = all.filter((job) => subject === undefined || job.subject.split('@')[0] === subject)
    return context.json(pageOfAll(wanted, page), 200)
  })
}

const runParam = z.object({ run: z.string() })
const checkpointParam = runParam.extend({ checkpoint: z.string() })
const refused = { 404: notFoundAnswer, 409: jsonAnswer(errorSchema, 'Not possible now; the sentence says why') }
const started = { 202: jsonAnswer(jobSchema, 'Started; see /api/v1/jobs'), ...refused }

const possibleRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/actions',
  request: { params: runParam },
  responses: { 200: jsonAnswer(possibleActionsSchema, 'What can be done with a run'), 404: notFoundAnswer },
})

const stopRoute = createRoute({
  method: 'post',
  path: '/api/v1/runs/{run}/stop',
  request: { params: runParam },
  responses: { 202: jsonAnswer(askedSchema, 'Asked to end as Ctrl-C does'), ...refused },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/v1/runs/{run}/resume',
  request: { params: runParam },
  responses: started,
})

const serveRoute = createRoute({
  method: 'post',
  path: '/api/v1/runs/{run}/checkpoints/{checkpoint}/serve',
  request: { params: checkpointParam },
  responses: started,
})

const evaluateRoute = createRoute({
  method: 'post',
  path: '/api/v1/runs/{run}/checkpoints/{checkpoint}/evaluate',
  request: { params: checkpointParam },
  responses: started,
})

const jobsRoute = createRoute({
  method: 'get',
  path: '/api/v1/jobs',
  request: { query: pageQuery.extend({ subject: z.string().optional().openapi({ description: 'id of a run' }) }) },
  responses: { 200: jsonAnswer(jobListSchema, 'What actions of this dashboard started, newest first') },
})
