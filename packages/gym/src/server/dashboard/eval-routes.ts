import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { EvalRecord, EvalRowRecord } from '../../store/records.js'
import { apiRefusal, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { evalAnswer, kindOfRow, rowAnswer, scoreBins, sizesOf } from './eval-answers.js'
import { evalListSchema, evalRowListSchema, evalSchema, rowKinds } from './eval-schemas.js'
import { pageOfAll, pageQuery } from './paging.js'

/** Adds the routes of evaluations: the list, one, and its rows. */
export function addEvalRoutes(app: OpenAPIHono, { store }: DashboardContext): void {
  app.openapi(listRoute, async (context) => {
    const records = await store.evals.list(context.req.valid('query'))
    return context.json({ total: await store.evals.count(), items: records.map(evalAnswer) }, 200)
  })
  app.openapi(evalRoute, async (context) => {
    const record = await requireEval(store, context.req.valid('param').eval)
    const rows = await store.evals.rows(record.evalId)
    return context.json({ ...evalAnswer(record), ...sizesOf(rows), bins: scoreBins(rows) }, 200)
  })
  app.openapi(rowsRoute, async (context) => {
    const { evalId } = await requireEval(store, context.req.valid('param').eval)
    const { kind, search, order, ...page } = context.req.valid('query')
    const rows = await store.evals.rows(evalId)
    const wanted = rows.filter((row) => (kind === undefined || kindOfRow(row) === kind) && mentions(row, search))
    if (order !== 'row') wanted.sort(byScore(order))
    const { total, items } = pageOfAll(wanted, page)
    return context.json({ total, items: items.map(rowAnswer) }, 200)
  })
}

/** Reads an evaluation by its full id, or answers 404. */
export async function requireEval(store: DashboardContext['store'], evalId: string): Promise<EvalRecord> {
  const record = await store.evals.get(evalId)
  if (record !== undefined) return record
  throw apiRefusal(404, 'no-such-eval', `there is no evaluation "${evalId.slice(0, 100)}"; see the list of evaluations`)
}

function mentions({ prompt, response, failure }: EvalRowRecord, search: string): boolean {
  const wanted = search.toLowerCase()
  return [prompt, response, failure?.message ?? ''].some((text) => text.toLowerCase().includes(wanted))
}

/** Orders by score; rows without one come last either way. */
function byScore(order: 'best' | 'worst'): (a: EvalRowRecord, b: EvalRowRecord) => number {
  const sign = order === 'best' ? -1 : 1
  return (a, b) => Number(a.score === null) - Number(b.score === null) || sign * ((a.score ?? 0) - (b.score ?? 0))
}

const evalParam = z.object({ eval: z.string() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/evals',
  request: { query: pageQuery },
  responses: { 200: jsonAnswer(evalListSchema, 'Evaluations, newest first') },
})

const evalRoute = createRoute({
  method: 'get',
  path: '/api/v1/evals/{eval}',
  request: { params: evalParam },
  responses: { 200: jsonAnswer(evalSchema, 'One evaluation'), 404: notFoundAnswer },
})

const rowsRoute = createRoute({
  method: 'get',
  path: '/api/v1/evals/{eval}/rows',
  request: {
    params: evalParam,
    query: pageQuery.extend({
      kind: z.enum(rowKinds).optional(),
      search: z.string().max(200).default(''),
      order: z.enum(['row', 'best', 'worst']).default('row'),
    }),
  },
  responses: { 200: jsonAnswer(evalRowListSchema, 'Rows of one evaluation'), 404: notFoundAnswer },
})
