import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { SampleRecord } from '../../store/records.js'
import { apiRefusal, jsonAnswer, notFoundAnswer } from './api-refusal.js'
import type { DashboardContext } from './dashboard-app.js'
import { finiteJson } from './finite-json.js'
import { pageOfAll, pageQuery } from './paging.js'
import { requireRun } from './run-routes.js'
import { type GroupList, groupListSchema, type Sample, tokensSchema } from './run-schemas.js'
import { shownText } from './shown-text.js'
import { tokenTexts } from './token-texts.js'

type Group = GroupList['items'][number]

/** Adds the routes of samples: the groups of a step, and one sample token by token. */
export function addSampleRoutes(app: OpenAPIHono, { store }: DashboardContext): void {
  app.openapi(groupsRoute, async (context) => {
    const { run, step } = context.req.valid('param')
    const { order, ...page } = context.req.valid('query')
    const { trainingRunId } = await requireRun(store, run)
    const groups = groupsOf(await store.runs.samples(trainingRunId, step))
    if (order !== 'group') groups.sort(byScore(order))
    return context.json(pageOfAll(groups, page), 200)
  })
  app.openapi(tokensRoute, async (context) => {
    const { run, step, group, sample } = context.req.valid('param')
    const { trainingRunId, startPath } = await requireRun(store, run)
    const samples = await store.runs.samples(trainingRunId, step)
    const found = samples.find(({ groupIndex, sampleIndex }) => groupIndex === group && sampleIndex === sample)
    if (found === undefined) {
      throw apiRefusal(404, 'no-such-sample', `step ${step} has no sample ${sample} of group ${group}; reload the step`)
    }
    const texts = await tokenTexts(startPath, found.tokenIds)
    const tokens = texts.kind === 'missing' ? [] : texts.texts
    const answer = {
      response: found.response,
      missing: texts.kind === 'missing' ? texts.reason : null,
      tokens: tokens.map((text, index) => ({ text, logprob: found.logprobs[index] ?? Number.NaN })),
    }
    return context.json(finiteJson(answer), 200)
  })
}

/** Puts samples together by group, in order; the best of a group first. */
function groupsOf(samples: readonly SampleRecord[]): Group[] {
  const times = new Map<string, number>()
  for (const { response } of samples) times.set(response, (times.get(response) ?? 0) + 1)
  const groups = new Map<number, Group>()
  for (const record of samples) {
    const { groupIndex, input } = record
    const group = groups.get(groupIndex) ?? { groupIndex, prompt: shownText(input), samples: [] }
    group.samples.push(shownSample(record, (times.get(record.response) ?? 1) - 1))
    groups.set(groupIndex, group)
  }
  const all = [...groups.values()]
  for (const group of all) group.samples.sort((a, b) => scoreOf(b) - scoreOf(a))
  return all
}

function shownSample(record: SampleRecord, duplicates: number): Sample {
  const { groupIndex, sampleIndex, rowIndex, response, score, advantage, tokenIds, finishReason, details } = record
  const facts = finiteJson({ groupIndex, sampleIndex, rowIndex, score, advantage, details })
  return {
    ...facts,
    groupIndex,
    sampleIndex,
    rowIndex,
    response: shownText(response),
    tokens: tokenIds.length,
    finishReason,
    duplicates,
  }
}

function scoreOf({ score }: Sample): number {
  return score ?? Number.NEGATIVE_INFINITY
}

/** Orders groups by their best sample (best first) or their worst (worst first). */
function byScore(order: 'best' | 'worst'): (a: Group, b: Group) => number {
  const worst = ({ samples }: Group) => Math.min(...samples.map(({ score }) => score ?? Number.POSITIVE_INFINITY))
  const best = ({ samples }: Group) => Math.max(...samples.map(scoreOf))
  return order === 'best' ? (a, b) => best(b) - best(a) || 0 : (a, b) => worst(a) - worst(b) || 0
}

const place = z.coerce.number().int().min(0)

const groupsRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps/{step}/groups',
  request: {
    params: z.object({ run: z.string(), step: place }),
    query: pageQuery.extend({ order: z.enum(['group', 'best', 'worst']).default('group') }),
  },
  responses: { 200: jsonAnswer(groupListSchema, 'The groups of one step'), 404: notFoundAnswer },
})

const tokensRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{run}/steps/{step}/groups/{group}/samples/{sample}',
  request: { params: z.object({ run: z.string(), step: place, group: place, sample: place }) },
  responses: { 200: jsonAnswer(tokensSchema, 'One sample, whole and token by token'), 404: notFoundAnswer },
})
