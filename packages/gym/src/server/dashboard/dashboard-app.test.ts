import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openStore } from '../../store/open-store.js'
import type { Store } from '../../store/store.js'
import { createChangeFeed } from './change-feed.js'
import { createDashboardApp } from './dashboard-app.js'
import type { ComparedPrompts, Comparisons, Eval, EvalRowList } from './eval-schemas.js'
import { aRow, aRun, aSample, aStep, keepEval } from './filled-store.test.support.js'
import { base, host, openApp } from './open-app.test.support.js'
import type {
  ExplainedStep,
  GroupList,
  RowRolloutList,
  Run,
  RunList,
  SampleList,
  SampleTokens,
  Series,
} from './run-schemas.js'
import { createSessionGate } from './session-gate.js'

const fixtureModel = fileURLToPath(new URL('../../../../engine/fixtures/qwen3-tied', import.meta.url))

let home: string
let store: Store
let app: Awaited<ReturnType<typeof openApp>>['app']
let cookie: string
const logged: string[] = []
const ended = new AbortController()

const ask = (path: string, headers: Record<string, string> = {}) =>
  app.request(`${base}${path}`, { headers: { host, cookie, ...headers } })
async function json<T>(path: string): Promise<T> {
  const response = await ask(`/api/v1/${path}`)
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

let secrets = 0
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-dashboard-'))
  store = await openStore({ home })
  logged.length = 0
  const log = (line: string) => void logged.push(line)
  ;({ app, cookie } = await openApp({ store, home, log, signal: ended.signal }))
})
afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

it('lists runs newest first, page by page, with their last step and at most 41 rewards', async () => {
  await store.runs.create(aRun())
  await store.runs.create(aRun({ trainingRunId: 'run-b', createdAt: 2_000 }))
  for (let rolloutId = 0; rolloutId < 100; rolloutId++) await store.runs.addStep('run-a', aStep(rolloutId))
  const first = await json<RunList>('runs?limit=1')
  expect(first.total).toBe(2)
  expect(first.items.map(({ trainingRunId, last }) => [trainingRunId, last])).toEqual([['run-b', null]])
  const [second] = (await json<RunList>('runs?limit=1&offset=1')).items
  expect(second?.last?.rolloutId).toBe(99)
  expect(second?.rewards.length).toBeLessThanOrEqual(41)
  expect(second?.rewards.at(-1)).toBeCloseTo(9.9)
})

it('finds runs by text and state, and tells the interval of the last mean over its prompts, and the cost', async () => {
  await store.runs.create(aRun({ model: 'Qwen3', costUsd: 2.5 }))
  await store.runs.create(aRun({ trainingRunId: 'run-b', state: 'failed' }))
  await store.runs.addStep('run-a', aStep(0))
  const scores = [aSample(0, 0), aSample(0, 1), aSample(1, 0, { score: 4 }), aSample(1, 1, { score: 6 })]
  await store.runs.addSamples('run-a', scores)
  const found = await json<RunList>('runs?search=qwen&state=completed')
  expect(found.items.map(({ trainingRunId, costUsd }) => [trainingRunId, costUsd])).toEqual([['run-a', 2.5]])
  const [low, high] = found.items[0]?.interval ?? []
  expect([low, high]).toEqual([expect.closeTo(2.75 - 1.96 * 2.25), expect.closeTo(2.75 + 1.96 * 2.25)])
  expect((await json<RunList>('runs?state=failed')).items).toMatchObject([{ interval: null, costUsd: null }])
  expect(await json<RunList>('runs?state=running')).toEqual({ total: 0, items: [] })
})

it('draws a long run by points that hold several steps, and a part of it by every step', async () => {
  await store.runs.create(aRun())
  for (let rolloutId = 0; rolloutId < 50; rolloutId++) await store.runs.addStep('run-a', aStep(rolloutId))
  const whole = await json<Series>('runs/run-a/series?points=10')
  expect(whole).toMatchObject({ every: 5, total: 50 })
  expect(whole.rolloutIds).toEqual([4, 9, 14, 19, 24, 29, 34, 39, 44, 49])
  const part = await json<Series>('runs/run-a/series?points=10&from=45')
  expect(part.rolloutIds).toEqual([45, 46, 47, 48, 49])
})

it('explains a step with the figures of those before it, its samples and the options', async () => {
  await store.runs.create(aRun())
  for (let rolloutId = 0; rolloutId < 12; rolloutId++) {
    await store.runs.addStep('run-a', aStep(rolloutId, { gradNorm: 3, flatGroupShare: 0.8, kl: Number.NaN }))
  }
  const scores = [0, 1, 2].map((group) => aSample(group, 0, { rolloutId: 11, score: group === 0 ? 0 : 1 }))
  await store.runs.addSamples('run-a', scores)
  const { step, findings } = await json<ExplainedStep>('runs/run-a/steps/11')
  expect(step).toMatchObject({ rolloutId: 11, kl: null })
  const said = Object.fromEntries(findings.map(({ id, level, sentence }) => [id, `${level}: ${sentence}`]))
  expect(said.flat).toMatch(/^warning: 80% of the groups .* 67% of those got the best score .* too easy/)
  expect(said['clipped-gradient']).toMatch(/^notice: the gradient was clipped in 12 of the last 12 steps/)
  expect(said.trend).toMatch(/^info: the reward is rising/)
  expect((await ask('/api/v1/runs/run-a/steps/12')).status).toBe(404)
})

it('tells which options differ from the defaults, and gives null for what was not a number', async () => {
  await store.runs.create(aRun())
  await store.runs.addStep('run-a', aStep(0, { loss: Number.NaN, kl: Number.POSITIVE_INFINITY }))
  const run = await json<Run>('runs/run-a')
  const options = Object.fromEntries(run.configuration.map(({ name, isDefault }) => [name, isDefault]))
  expect(options).toMatchObject({ lr: false, clipGrad: true, rows: null })
  expect([run.last?.loss, run.last?.kl]).toEqual([null, null])
})

it('puts samples into groups with the best first, marks repeated texts, and cuts long ones', async () => {
  await store.runs.create(aRun())
  const long = `${'x'.repeat(3_999)}😀${'y'.repeat(1_000_000)}`
  await store.runs.addSamples('run-a', [
    aSample(0, 0, { response: 'same' }),
    aSample(0, 1, { response: 'same' }),
    aSample(1, 0, { response: long }),
    aSample(1, 1, { score: null, advantage: null }),
  ])
  const { total, items } = await json<GroupList>('runs/run-a/steps/0/groups')
  expect(total).toBe(2)
  expect(items[0]?.samples.map(({ sampleIndex, duplicates }) => [sampleIndex, duplicates])).toEqual([
    [1, 1],
    [0, 1],
  ])
  // The emoji would straddle the limit: it is left out whole.
  expect(items[1]?.samples[0]?.response).toEqual({ text: 'x'.repeat(3_999), characters: long.length, isCut: true })
  expect(items[1]?.samples[1]?.score).toBeNull()
  const best = await json<GroupList>('runs/run-a/steps/0/groups?order=best&limit=1')
  expect(best.items.map(({ groupIndex }) => groupIndex)).toEqual([0])
})

it('lists the samples of a step by score, length, mark and text, each with its prompt', async () => {
  await store.runs.create(aRun())
  await store.runs.addSamples('run-a', [
    aSample(0, 0, { score: 2 }),
    aSample(0, 1, { score: null, tokenIds: [1, 2, 3, 4, 5, 6, 7] }),
    aSample(1, 0, { score: 5, input: 'topic: autumn', response: 'about frogs' }),
    aSample(1, 1, { score: 1 }),
  ])
  const found = async (query: string) => {
    const { items } = await json<SampleList>(`runs/run-a/steps/0/samples?${query}`)
    return items.map(({ groupIndex, sampleIndex }) => `${groupIndex}.${sampleIndex}`)
  }
  expect(await found('')).toEqual(['0.0', '0.1', '1.0', '1.1'])
  expect(await found('order=best')).toEqual(['1.0', '0.0', '1.1', '0.1'])
  expect(await found('order=worst&limit=2')).toEqual(['1.1', '0.0'])
  expect(await found('order=longest&limit=1')).toEqual(['0.1'])
  expect(await found('mark=unscorable')).toEqual(['0.1'])
  expect(await found('mark=any')).toEqual(['0.1', '1.0'])
  expect(await found('search=FROGS')).toEqual(['1.0'])
  const { items } = await json<SampleList>('runs/run-a/steps/0/samples?mark=off-topic')
  expect(items).toMatchObject([{ prompt: { text: 'topic: autumn' }, suspicions: ['off-topic'] }])
})

it('follows one row of the dataset from step to step', async () => {
  await store.runs.create(aRun())
  for (const rolloutId of [0, 4]) {
    await store.runs.addSamples('run-a', [
      aSample(rolloutId, 0, { rolloutId, rowIndex: 7 }),
      aSample(9, 0, { rolloutId }),
    ])
  }
  const answer = await json<RowRolloutList>('runs/run-a/rows/7')
  expect(answer.prompt?.text).toBe('topic 0')
  expect(answer.items).toMatchObject([
    { rolloutId: 0, groupIndex: 0, scoreMean: 0, samples: [{ response: { text: 'poem 0.0' } }] },
    { rolloutId: 4, groupIndex: 4, scoreMean: 0, samples: [{ response: { text: 'poem 4.0' } }] },
  ])
  expect(await json<RowRolloutList>('runs/run-a/rows/8')).toEqual({ total: 0, items: [], prompt: null })
})

it('cuts a response into the texts of its tokens, or says why it cannot', async () => {
  await store.runs.create(aRun({ startPath: fixtureModel }))
  await store.runs.create(aRun({ trainingRunId: 'run-gone' }))
  for (const run of ['run-a', 'run-gone'])
    await store.runs.addSamples(run, [aSample(0, 0, { logprobs: [-0.5, Number.NaN] })])
  const path = 'steps/0/groups/0/samples/0'
  const { tokens, missing } = await json<SampleTokens>(`runs/run-a/${path}`)
  expect(missing).toBeNull()
  expect(tokens.map(({ logprob }) => logprob)).toEqual([-0.5, null])
  expect((await json<SampleTokens>(`runs/run-gone/${path}`)).missing).toContain('tokenizer.json')
  expect((await ask('/api/v1/runs/run-a/steps/0/groups/0/samples/9')).status).toBe(404)
})

it('finds rows of an evaluation by text, kind and order', async () => {
  const failure = { boundary: 'provider', message: 'it broke' } as const
  await keepEval(store, 'eval-a', [aRow(0, 1), aRow(1, 0), aRow(2, null), aRow(3, null, { failure }), aRow(4, 1)])
  const rows = async (query: string) => {
    const { items } = await json<EvalRowList>(`evals/eval-a/rows?${query}`)
    return items.map(({ rowIndex }) => rowIndex)
  }
  expect(await rows('kind=scored&order=worst')).toEqual([1, 0, 4])
  expect(await rows('kind=abstained')).toEqual([2])
  expect(await rows('search=BROKE')).toEqual([3])
  expect(await rows('limit=2&offset=3')).toEqual([3, 4])
  const { bins, prompts, nSamples, hasTokens } = await json<Eval>('evals/eval-a')
  expect(bins).toEqual([
    { from: 0, to: 0, count: 1 },
    { from: 1, to: 1, count: 2 },
  ])
  // Only what was scored is behind the interval.
  expect([prompts, nSamples, hasTokens]).toEqual([3, 1, true])
})

it('compares evaluations and lists the prompts that improved and got worse', async () => {
  const before = Array.from({ length: 12 }, (_, index) => aRow(index, 0))
  await keepEval(store, 'eval-a', before)
  await keepEval(
    store,
    'eval-b',
    before.map((row, index) => ({ ...row, score: index === 3 ? -1 : 1 + (index % 3) })),
  )
  const { comparisons } = await json<Comparisons>('comparisons?evals=eval-a,eval-b')
  expect(comparisons[0]).toMatchObject({ verdict: 'better', nPrompts: 12, a: 'eval-a', b: 'eval-b' })
  const prompts = await json<ComparedPrompts>('comparisons/prompts?a=eval-a&b=eval-b&order=worse&limit=1')
  expect(prompts).toMatchObject({ total: 12, improved: 11, worse: 1, same: 0 })
  expect(prompts.items[0]).toMatchObject({ difference: -1, answers: [{ score: 0 }, { score: -1 }] })
  const alone = await ask('/api/v1/comparisons?evals=eval-a')
  expect(alone.status).toBe(400)
  expect(await alone.json()).toEqual({
    error: { code: 'bad-count', message: 'a comparison takes 2 to 4 different evaluations, got 1' },
  })
})

it('refuses to compare points of two scorers, as a whole and prompt by prompt', async () => {
  const rows = [aRow(0, 0), aRow(1, 1)]
  await keepEval(store, 'eval-a', rows, { scorers: ['haiku'] })
  await keepEval(store, 'eval-b', rows, { scorers: ['exact'] })
  for (const path of ['comparisons?evals=eval-a,eval-b', 'comparisons/prompts?a=eval-a&b=eval-b']) {
    const refused = await ask(`/api/v1/${path}`)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      error: {
        code: 'different-scorers',
        message: expect.stringContaining('"eval-a" was scored by "haiku" and "eval-b" by "exact"'),
      },
    })
  }
})

it('lets nobody in without the cookie, and no token twice', async () => {
  const gate = createSessionGate({ newSecret: () => `other-${secrets++}`, onNextToken: () => {} })
  const feed = createChangeFeed({ store, signal: ended.signal, log: () => {} })
  app = createDashboardApp({ store, home, files: new Map(), gate, feed, log: () => {}, signal: ended.signal })
  const first = gate.token
  expect((await ask('/api/v1/runs')).status).toBe(401)
  const opened = await ask(`/open?token=${first}`)
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/'])
  expect(opened.headers.get('set-cookie')).toMatch(/^training-gym-6160=other-\d+; Path=\/; HttpOnly; SameSite=Strict$/)
  expect((await ask(`/open?token=${first}`)).headers.get('set-cookie')).toBeNull()
  expect(gate.token).not.toBe(first)
})

it('refuses other hosts and other origins, and forbids inline script', async () => {
  expect((await ask('/api/v1/runs', { host: 'evil.example' })).status).toBe(403)
  expect((await ask('/api/v1/runs', { origin: 'http://evil.example' })).status).toBe(403)
  expect((await ask('/api/v1/runs', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  const fine = await ask('/api/v1/runs', { origin: base })
  expect(fine.status).toBe(200)
  expect(fine.headers.get('content-security-policy')).toContain("script-src 'self';")
  expect(fine.headers.get('x-content-type-options')).toBe('nosniff')
  expect(fine.headers.get('cache-control')).toBe('no-store')
})

it('answers bad values and unknown records with one sentence, and describes itself', async () => {
  const bad = await ask('/api/v1/runs?limit=0')
  const { error } = (await bad.json()) as { error: { code: string; message: string } }
  expect([bad.status, error]).toEqual([400, { code: 'bad-value', message: 'limit must be at least 1, got "0"' }])
  expect((await ask('/api/v1/runs/run-x')).status).toBe(404)
  const { paths } = await json<{ paths: Record<string, unknown> }>('openapi.json')
  expect(Object.keys(paths)).toContain('/api/v1/runs/{run}/steps/{step}')
  expect(logged).toEqual([])
})

it('tells a listening page that another process wrote', async () => {
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve
  })
  const gate = createSessionGate({ newSecret: () => `other-${secrets++}`, onNextToken: () => {} })
  // Waits for the test after the first look, so that the write falls between two of them.
  let release = () => {}
  const pause = () =>
    new Promise<void>((resolve) => {
      release = resolve
      isAsked()
    })
  const feed = createChangeFeed({ store, signal: ended.signal, log: () => {}, pause })
  app = createDashboardApp({ store, home, files: new Map(), gate, feed, log: () => {}, signal: ended.signal })
  cookie = ((await ask(`/open?token=${gate.token}`)).headers.get('set-cookie') ?? '').split(';')[0] ?? ''

  const response = await ask('/api/v1/events')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const next = async () => new TextDecoder().decode((await reader.read()).value)
  expect(await next()).toContain('event: open')
  expect(await next()).toContain('event: change')
  await asked
  expect(feed.listeners).toBe(1)
  {
    await using other = await openStore({ home })
    await other.runs.create(aRun())
  }
  release()
  expect(await next()).toContain('event: change')
  await reader.cancel()
  await vi.waitFor(() => expect(feed.listeners).toBe(0))
  release()
})
