import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRefusal, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { finiteJson } from './finite-json.js'
import { pageOfAll, pageQuery } from './paging.js'
import { requireRun } from './run-routes.js'
import { groupListSchema, rowRolloutListSchema, sampleListSchema, tokensSchema } from './run-schemas.js'
import { groupsOf, orderedGroups, orderedSamples, samplesAnswer } from './sample-answers.js'
import { shownText } from './shown-text.js'
import { createTokenReader } from './token-texts.js'

/** Adds the routes of samples: the groups of a step, its samples in any order, one row through the steps, and tokens. */
export function addSampleRoutes(app: OpenAPIHono, { store }: DashboardContext): void {
  const tokenTexts = createTokenReader()
  app.openapi(groupsRoute, async (context) => {
    const { run, step } = context.req.valid('param')
    const { order, ...page } = context.req.valid('query')
    const { trainingRunId } = await requireRun(store, run)
    const groups = orderedGroups(groupsOf(await store.runs.samples(trainingRunId, step)), order)
    return context.json(pageOfAll(groups, page), 200)
  })
  app.openapi(samplesRoute, async (context) => {
    const { run, step } = context.req.valid('param')
    const { order, mark, search, ...page } = context.req.valid('query')
    const { trainingRunId } = await requireRun(store, run)
    const samples = samplesAnswer(await store.runs.samples(trainingRunId, step), { mark, search })
    return context.json(pageOfAll(orderedSamples(samples, order), page), 200)
  })
  app.openapi(rowRoute, async (context) => {
    const { run, row } = context.req.valid('param')
    const { trainingRunId } = await requireRun(store, run)
    const { total, items } = pageOfAll(await store.runs.rolloutsOfRow(trainingRunId, row), context.req.valid('query'))
    const rollouts = await Promise.all(
      items.map(async ({ rolloutId, groupIndex, scoreMean }) => {
        const groups = groupsOf(await store.runs.samples(trainingRunId, rolloutId))
        const group = groups.find((other) => other.groupIndex === groupIndex)
        return { rolloutId, groupIndex, scoreMean, samples: group?.samples ?? [], prompt: group?.prompt ?? null }
      }),
    )
    const answer = rollouts.map(({ prompt: _prompt, ...rollout }) => rollout)
    return context.json({ total, items: answer, prompt: rollouts[0]?.prompt ?? null }, 200)
  })
  app.openapi(tokensRoute, async (context) => {
    const { run, step, group, sample } = context.req.valid('param')
    const { trainingRunId, startPath } = await requireRun(store, run)
    const found = await store.runs.sample(trainingRunId, { rolloutId: step, groupIndex: group, sampleIndex: sample })
    if (found === undefined) {
      throw apiRefusal(404, 'no-such-sample', `step ${step} has no sample ${sample} of group ${group}; reload the step`)
    }
    const texts = await tokenTexts(startPath, found.tokenIds.slice(0, MOST_TOKENS))
    const tokens = texts.kind === 'missing' ? [] : texts.texts
    const answer = {
      // Whole only where the tokens do not stand in for it.
      response: shownText(found.response, WHOLE_CHARACTERS),
      missing: texts.kind === 'missing' ? texts.reason : null,
      total: found.tokenIds.length,
      tokens: tokens.map((text, index) => ({ text, logprob: finiteJson(found.logprobs[index] ?? Number.NaN) })),
    }
    return context.json(answer, 200)
  })
}

/** Tokens sent of one sample: each becomes an element of the page. */
const MOST_TOKENS = 4_000
/** Characters of one response that a page can show without stalling. */
const WHOLE_CHARACTERS = 200_000

const place = z.coerce.number().int().min(0)
const stepParam = z.object({ run: z.string(), step: place })

const groupsRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps/{step}/groups',
  request: {
    params: stepParam,
    query: pageQuery.extend({ order: z.enum(['group', 'best', 'worst']).default('group') }),
  },
  responses: { 200: jsonAnswer(groupListSchema, 'The groups of one step'), 404: notFoundAnswer },
})

const samplesRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps/{step}/samples',
  request: {
    params: stepParam,
    query: pageQuery.extend({
      order: z.enum(['group', 'best', 'worst', 'longest']).default('group'),
      mark: z.enum(['any', 'long', 'duplicate', 'off-topic', 'cut-off', 'unscorable']).optional(),
      search: z.string().max(200).optional(),
    }),
  },
  responses: { 200: jsonAnswer(sampleListSchema, 'The samples of one step'), 404: notFoundAnswer },
})

const rowRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/rows/{row}',
  request: {
    params: z.object({ run: z.string(), row: place }),
    query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(50).default(20) }),
  },
  responses: {
    200: jsonAnswer(rowRolloutListSchema, 'What was written to one prompt, step by step'),
    404: notFoundAnswer,
  },
})

const tokensRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps/{step}/groups/{group}/samples/{sample}',
  request: { params: stepParam.extend({ group: place, sample: place }) },
  responses: { 200: jsonAnswer(tokensSchema, 'One sample, whole and token by token'), 404: notFoundAnswer },
})
