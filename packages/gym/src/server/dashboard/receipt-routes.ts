import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRefusal, errorSchema, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { requireEval } from './eval-routes.js'
import { evalReceipt } from './receipts/eval-receipt.js'
import type { Receipt } from './receipts/receipt.js'
import { renderReceipt } from './receipts/render-receipt.js'
import { runReceipt } from './receipts/run-receipt.js'
import { requireRun } from './run-routes.js'

/** Adds the receipts of runs, evaluations and comparisons, as files to save. */
export function addReceiptRoutes(
  app: OpenAPIHono,
  { store, home, clock }: DashboardContext & { readonly clock: () => number },
): void {
  app.openapi(receiptRoute, async (context) => {
    const { run, evals, format } = context.req.valid('query')
    const ids = evals === undefined ? [] : [...new Set(evals.split(','))]
    if ((run === undefined) === (ids.length === 0) || ids.length > 4) {
      throw apiRefusal(400, 'bad-subject', 'a receipt is of one run, or of 1 to 4 evaluations by commas')
    }
    let receipt: Receipt
    if (run !== undefined) receipt = await runReceipt({ store, home, clock }, await requireRun(store, run))
    else {
      for (const evalId of ids) await requireEval(store, evalId)
      receipt = await evalReceipt({ store, home, clock }, ids)
    }
    const name = `receipt-${(run ?? ids.join('-')).replaceAll(/[^\w.-]/g, '_').slice(0, 100)}.${format}`
    context.header('Content-Disposition', `attachment; filename="${name}"`)
    if (format === 'html') return context.html(renderReceipt(receipt), 200)
    return context.body(`${JSON.stringify(receipt, null, 1)}\n`, 200, { 'Content-Type': 'application/json' })
  })
}

const receiptRoute = createRoute({
  method: 'get',
  path: '/api/v1/receipt',
  request: {
    query: z.object({
      run: z.string().optional(),
      evals: z.string().optional().openapi({ description: 'ids of 1 to 4 evaluations, by commas' }),
      format: z.enum(['html', 'json']).default('html'),
    }),
  },
  responses: {
    200: {
      content: { 'text/html': { schema: z.string() }, 'application/json': { schema: z.unknown() } },
      description: 'A file to save; see training-gym verify',
    },
    400: jsonAnswer(errorSchema, 'Not one run nor 1 to 4 evaluations'),
    404: notFoundAnswer,
  },
})
