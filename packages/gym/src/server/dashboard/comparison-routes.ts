import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { compareAllEvals, differingScorers } from '../../evals/compare-evals.js'
import { distinctLabels } from '../../evals/distinct-labels.js'
import { type EvalResult, evalResultOf } from '../../evals/eval-result.js'
import type { EvalRowRecord } from '../../store/records.js'
import { apiRefusal, errorSchema, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { resultAnswer } from './eval-answers.js'
import { requireEval } from './eval-routes.js'
import { type ComparedPrompts, comparisonListSchema, promptListSchema } from './eval-schemas.js'
import { finiteJson } from './finite-json.js'
import { pageOfAll, pageQuery } from './paging.js'
import { shownText } from './shown-text.js'

/** Evaluations that are compared at once. */
const MOST_EVALS = 4

/** Adds the routes of comparisons: two to four evaluations pair by pair, and two of them prompt by prompt. */
export function addComparisonRoutes(app: OpenAPIHono, { store }: DashboardContext): void {
  const resultOf = async (evalId: string): Promise<EvalResult> =>
    evalResultOf(await requireEval(store, evalId), await store.evals.rows(evalId))

  app.openapi(comparisonsRoute, async (context) => {
    const ids = [...new Set(context.req.valid('query').evals.split(','))]
    if (ids.length < 2 || ids.length > MOST_EVALS) throw badCount(ids.length)
    const results = await Promise.all(ids.map(resultOf))
    const labels = distinctLabels(results)
    const evals = results.flatMap((result, index) => {
      const answer = resultAnswer(result)
      const { evalId, model, name } = result
      return answer === null ? [] : [{ evalId, model, label: labels[index] ?? name, result: answer }]
    })
    const comparisons = compareAllEvals(results).map(({ difference, ci, p, ...rest }) => ({
      ...rest,
      ...finiteJson({ difference, ci, p }),
    }))
    return context.json({ evals, comparisons }, 200)
  })
  app.openapi(promptsRoute, async (context) => {
    const { a, b, evals = '', search, order, ...page } = context.req.valid('query')
    const shown = evals === '' ? [a, b] : [...new Set(evals.split(','))]
    if (shown.length > MOST_EVALS) throw badCount(shown.length)
    const [first, second] = await Promise.all([resultOf(a), resultOf(b)])
    // Refuses points of two kinds, as the comparison above the prompts does.
    differingScorers(first, second)
    const rows = new Map([first, second].map((result) => [result.evalId, result.rows] as const))
    for (const evalId of new Set(shown)) if (!rows.has(evalId)) rows.set(evalId, (await resultOf(evalId)).rows)
    const rowsOf = (evalId: string) => byPrompt(rows.get(evalId) ?? [])
    const all = comparedPrompts([rowsOf(a), rowsOf(b)], shown.map(rowsOf))
    const sign = order === 'improved' ? -1 : 1
    all.sort((one, other) => sign * ((one.difference ?? 0) - (other.difference ?? 0)))
    const count = (isCounted: (difference: number) => boolean) =>
      all.filter(({ difference }) => isCounted(difference ?? 0)).length
    const improved = count((difference) => difference > 0)
    const worse = count((difference) => difference < 0)
    const { total, items } = pageOfAll(
      all.filter((one) => mentions(one, search)),
      page,
    )
    return context.json({ total, items, improved, worse, same: all.length - improved - worse }, 200)
  })
}

type Prompt = ComparedPrompts['items'][number]

/** Pairs the prompts that both evaluations scored, with what all shown ones made of them; several samples count as their mean. */
function comparedPrompts([first, second]: readonly [Scored, Scored], shown: readonly Scored[]): Prompt[] {
  return [...first].flatMap(([promptKey, before]): Prompt[] => {
    const after = second.get(promptKey)
    if (after === undefined) return []
    return [
      {
        promptKey,
        prompt: shownText(before.row.prompt),
        difference: finiteJson(after.sum / after.count - before.sum / before.count),
        answers: shown.map((scored) => {
          const found = scored.get(promptKey)
          return found === undefined
            ? null
            : {
                score: finiteJson(found.sum / found.count),
                samples: found.count,
                response: shownText(found.row.response),
              }
        }),
      },
    ]
  })
}

function mentions({ prompt, answers }: Prompt, search: string): boolean {
  const wanted = search.toLowerCase()
  return [prompt, ...answers.map((answer) => answer?.response)].some((text) =>
    text?.text.toLowerCase().includes(wanted),
  )
}

function badCount(count: number) {
  return apiRefusal(400, 'bad-count', `a comparison takes 2 to ${MOST_EVALS} different evaluations, got ${count}`)
}

type Scored = ReadonlyMap<string, ScoredPrompt>

interface ScoredPrompt {
  readonly row: EvalRowRecord
  readonly sum: number
  readonly count: number
}

function byPrompt(rows: readonly EvalRowRecord[]): Map<string, ScoredPrompt> {
  const prompts = new Map<string, ScoredPrompt>()
  for (const row of rows) {
    if (row.score === null) continue
    const found = prompts.get(row.promptKey) ?? { row, sum: 0, count: 0 }
    prompts.set(row.promptKey, { row: found.row, sum: found.sum + row.score, count: found.count + 1 })
  }
  return prompts
}

const comparisonsRoute = createRoute({
  method: 'get',
  path: '/api/v1/comparisons',
  request: { query: z.object({ evals: z.string().openapi({ description: 'ids of 2 to 4 evaluations, by commas' }) }) },
  responses: {
    200: jsonAnswer(comparisonListSchema, 'Each pair: difference, interval, verdict'),
    400: jsonAnswer(errorSchema, 'Too few, too many, no prompt in common, or unlike scorers'),
    404: notFoundAnswer,
  },
})

const promptsRoute = createRoute({
  method: 'get',
  path: '/api/v1/comparisons/prompts',
  request: {
    query: pageQuery.extend({
      a: z.string(),
      b: z.string(),
      evals: z.string().optional().openapi({ description: 'whose answers to show, by commas; a and b by default' }),
      search: z.string().max(200).default(''),
      order: z.enum(['improved', 'worse']).default('improved'),
    }),
  },
  responses: {
    200: jsonAnswer(promptListSchema, 'Prompts scored in both'),
    400: jsonAnswer(errorSchema, 'Too many, or unlike scorers'),
    404: notFoundAnswer,
  },
})
