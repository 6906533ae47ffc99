import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../datasets/dataset.js'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import type { Reward } from '../trip.js'
import { EvalConfig } from './eval-config.js'
import { evalResultFromStore } from './eval-result.js'
import { StandInDeployment } from './stand-in.test.deployment.js'

let home: string
let store: Store

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-evals-'))
  store = await openStore({ home })
})

afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const dataset = (nRows: number) =>
  new InMemoryDataset({
    rows: Array.from({ length: nRows }, (_, index) => ({ input: `topic ${index}`, other: `other ${index}` })),
    systemPrompt: 'You are a poet.',
    promptTemplate: 'About {input}.',
  })

const echo = () => new StandInDeployment((prompt, random) => `${prompt} ${random.toFixed(6)}`)
/** A score that depends on the response alone, and details of every kind. */
const byLength: Reward = ({ response }) => ({
  score: Number(response.at(-1)),
  exact: response.endsWith('7'),
  note: 'kept, not averaged',
})

async function failure(work: Promise<unknown>): Promise<GymError> {
  try {
    await work
  } catch (error) {
    if (GymError.is(error)) return error
    throw error
  }
  return expect.unreachable('it succeeded')
}

describe('EvalConfig', () => {
  const reward: Reward = () => 1
  it('refuses an unknown option of evaluate, and makes changed copies', async () => {
    const config = new EvalConfig({ dataset: dataset(2), reward })
    const error = await failure(config.evaluate(echo(), { concurrency: 2 } as never))
    expect(error.message).toContain('unknown option "concurrency" of evaluate')
    const named = config.with({ name: 'copy' })
    expect((await named.evaluate(echo(), { store })).name).toBe('copy')
    expect((await config.evaluate(echo(), { store })).name).toBe('stand-in')
  })
})

describe('evaluate', () => {
  it('scores every row and gives mean, interval, details, diversity and rows in order', async () => {
    const deployment = echo()
    const config = new EvalConfig({ dataset: dataset(40), reward: byLength, generateKwargs: { temperature: 0.7 } })
    const result = await config.evaluate(deployment, { store, nSamples: 2, maxConcurrency: 4 })

    const scores = result.rows.map((row) => row.score ?? Number.NaN)
    const mean = scores.reduce((sum, score) => sum + score, 0) / 80
    expect(result).toMatchObject({ total: 80, scored: 80, abstained: 0, failed: 0, failuresByBoundary: {}, seed: 0 })
    expect(result.mean).toBeCloseTo(mean, 12)
    expect(result.ci[0]).toBeLessThan(mean)
    expect(result.ci[1]).toBeGreaterThan(mean)
    const sevens = result.rows.filter((row) => row.response.endsWith('7')).length
    expect(result.details).toEqual({ exact: sevens / 80 })
    expect(result.diversity.uniqueShare).toBe(1)
    expect(result.rows.map((row) => [row.rowIndex, row.sampleIndex]).slice(0, 3)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
    expect(result.rows[3]).toMatchObject({ prompt: 'topic 1', metadata: { note: 'kept, not averaged' }, failure: null })
    expect(deployment.requests).toHaveLength(40)
    expect(deployment.requests[0]?.options).toMatchObject({ temperature: 0.7, n: 2, timeoutMs: 120_000 })
    expect(deployment.requests[0]?.messages).toEqual([
      { role: 'system', content: 'You are a poet.' },
      { role: 'user', content: 'About topic 0.' },
    ])
  })

  it('works on at most maxConcurrency rows at once, and on that many', async () => {
    const deployment = echo()
    await new EvalConfig({ dataset: dataset(40), reward: byLength, maxConcurrency: 5 }).evaluate(deployment, { store })
    expect(deployment.mostActive).toBe(5)
  })

  it('depends on the seed alone: not on concurrency, and every response has its own', async () => {
    const config = new EvalConfig({ dataset: dataset(12), reward: byLength, nSamples: 3 })
    const texts = async (seed: number, maxConcurrency: number) =>
      (await config.evaluate(echo(), { store, seed, maxConcurrency })).rows.map((row) => row.response)
    const first = await texts(1, 1)
    expect(await texts(1, 8)).toEqual(first)
    expect(new Set(first).size).toBe(36)
    expect(await texts(2, 8)).not.toEqual(first)
  })

  it('keeps the tokens of each sample where the endpoint tells them apart, and no share of a sum', async () => {
    const config = new EvalConfig({ dataset: dataset(1), reward: byLength, nSamples: 3 })
    const deployment = echo()
    const tokens = async () => (await config.evaluate(deployment, { store })).rows.map((row) => row.tokens)
    expect(await tokens()).toEqual([null, null, null])
    const generate = deployment.generate.bind(deployment)
    deployment.generate = async (...asked) => {
      const { choices, ...rest } = await generate(...asked)
      return { ...rest, choices: choices.map((choice, index) => ({ ...choice, completionTokens: index + 4 })) }
    }
    expect(await tokens()).toEqual([4, 5, 6])
  })

  it('asks again for the samples that a server without n leaves out, with seeds of their own', async () => {
    const deployment = new StandInDeployment((_, random) => `${random}`, 'one-by-one', 'm', 1)
    const config = new EvalConfig({ dataset: dataset(2), evalResponseFn: () => 1, nSamples: 3 })
    const result = await config.evaluate(deployment, { store })
    expect(deployment.requests.map(({ options }) => options.n).toSorted()).toEqual([1, 1, 2, 2, 3, 3])
    expect(new Set(result.rows.map((row) => row.response)).size).toBe(6)
    expect(result.rows.every((row) => row.tokens === 7)).toBe(true)
  })

  it('keeps rows and result in the store, from where they read the same', async () => {
    const config = new EvalConfig({ dataset: dataset(9), reward: byLength, name: 'base' })
    let time = 1_000
    const result = await config.evaluate(echo(), { home, seed: 5, clock: () => (time += 500) })
    const record = await store.evals.get(result.evalId)
    expect(record).toMatchObject({
      state: 'completed',
      name: 'base',
      model: 'tiny-poet',
      createdAt: 1_500,
      finishedAt: 2_000,
      config: { dataset: 'in-memory', scorers: ['byLength'], seed: 5, nSamples: 1 },
      summary: { mean: result.mean, ci: result.ci, scored: 9 },
    })
    expect(await evalResultFromStore(store, result.evalId)).toEqual(result)
    expect(result.seconds).toBe(0.5)
  })

  it('fills the prompt from another column when told to, and fails rows that lack it', async () => {
    const deployment = echo()
    const config = new EvalConfig({ dataset: dataset(3), reward: byLength, promptColumn: 'other' })
    await config.evaluate(deployment, { store })
    expect(deployment.requests[0]?.messages.at(-1)?.content).toBe('About other 0.')
    const error = await failure(config.with({ promptColumn: 'ohter' }).evaluate(deployment, { store }))
    expect(error).toMatchObject({ boundary: 'data', code: 'nothing-scored' })
    expect(error.message).toContain('promptColumn must be one of input, other')
  })

  it('refuses another column where it would change no prompt, before anything is asked', async () => {
    const messages = [{ role: 'user', content: 'Count.' }]
    const given = new InMemoryDataset({
      rows: [{ messages, other: 'x', n: 1 }],
      messagesColumn: 'messages',
      name: 'given',
    })
    const fixed = new InMemoryDataset({ rows: [{ input: 'a', other: 'x' }], promptTemplate: 'Say {other}.' })
    const deployment = echo()
    const ask = (rows: Dataset, promptColumn: string) =>
      new EvalConfig({ dataset: rows, reward: byLength, promptColumn }).evaluate(deployment, { store })
    expect(await failure(ask(given, 'other'))).toMatchObject({
      boundary: 'config',
      code: 'bad-options',
      message:
        'option "promptColumn" ("other") has no effect on the prompts of dataset "given": it has a messagesColumn, or a promptTemplate without {input}; leave it out, or name {other} in the promptTemplate',
    })
    expect((await failure(ask(fixed, 'other'))).message).toContain('has no effect on the prompts')
    expect(deployment.requests).toEqual([])
    expect(await store.evals.list()).toEqual([])
    // The dataset's own column is one that fills {input}.
    await ask(dataset(1), 'input')
  })

  it('tells its progress, and the first responses when debugging', async () => {
    const events: ProgressEvent[] = []
    const config = new EvalConfig({ dataset: dataset(5), reward: byLength })
    const onProgress = (event: ProgressEvent) => events.push(event)
    const { evalId } = await config.evaluate(echo(), { store, debug: true, onProgress, name: 'base' })
    const kinds = events.map((event) => event.kind)
    expect(kinds.filter((kind) => kind === 'notice')).toHaveLength(3)
    expect(events[0]).toEqual({ kind: 'eval-start', evalId, name: 'base', total: 5 })
    expect(events.at(-1)).toMatchObject({ kind: 'eval-end', name: 'base' })
    expect(events.flatMap((event) => (event.kind === 'eval-row' ? [event.done] : []))).toEqual([1, 2, 3, 4, 5])
    const notice = events.find((event) => event.kind === 'notice')
    expect(notice?.message).toMatch(/^topic 0: score \d \(exact [01]\)\nAbout topic 0\. 0\.\d+$/)
  })
})

describe('scorers', () => {
  it('takes from evalResponseFn a number, null, an object with details, or a row result', async () => {
    const results = [
      2,
      null,
      { score: 3, exact: true },
      { score: 4, response: 'cleaned', prompt: 'named', metadata: { exact: false, words: 2 } },
      { score: null, response: 'x', metadata: { why: 'empty' } },
    ]
    const config = new EvalConfig({ dataset: dataset(5), evalResponseFn: (row) => results[row.index] ?? null })
    const { rows, ...result } = await config.evaluate(echo(), { store })
    expect(result).toMatchObject({ mean: 3, total: 5, scored: 3, abstained: 2, failed: 0 })
    expect(result.details).toEqual({ exact: 0.5, words: 2 })
    expect(rows.map(({ score, metadata }) => [score, metadata])).toEqual([
      [2, {}],
      [null, {}],
      [3, { exact: true }],
      [4, { exact: false, words: 2 }],
      [null, { why: 'empty' }],
    ])
    expect(rows[3]).toMatchObject({ response: 'cleaned', prompt: 'named' })
  })

  it('records a scorer that throws, returns NaN, a text, or something that cannot be kept, and goes on', async () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const results: Record<number, () => unknown> = {
      0: () => {
        throw new Error('no rhyme')
      },
      1: () => Number.NaN,
      2: () => 'good',
      3: () => ({ score: 1, circular }),
    }
    const config = new EvalConfig({
      dataset: dataset(5),
      evalResponseFn: (row) => (results[row.index]?.() ?? 1) as number,
    })
    const result = await config.evaluate(echo(), { store })
    expect(result).toMatchObject({ mean: 1, scored: 1, failed: 4, failuresByBoundary: { reward: 4 } })
    expect(result.ci).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    const messages = result.rows.map((row) => row.failure?.message)
    expect(messages[0]).toContain('no rhyme')
    expect(messages[1]).toContain('returned NaN for sample 0 of "topic 1"')
    expect(messages[2]).toContain('returned "good"')
    expect(messages[3]).toContain('cannot be kept as JSON')
    expect(result.rows[0]?.response).toContain('About topic 0.')
    expect((await evalResultFromStore(store, result.evalId)).ci).toEqual(result.ci)
  })

  it('records a scorer that never comes back, whether it holds the thread or not', async () => {
    const config = new EvalConfig({
      dataset: dataset(3),
      evalResponseFn: ({ index }) => {
        for (;;) if (index !== 0) return index === 1 ? new Promise(() => {}) : 1
      },
      rewardTimeLimitMs: 1_000,
    })
    const result = await config.evaluate(echo(), { store })
    expect(result).toMatchObject({ scored: 1, failed: 2 })
    expect(result.rows[0]?.failure?.message).toContain('did not finish sample 0 of "topic 0" within 1 s')
    expect(result.rows[1]?.failure?.message).toContain('did not finish sample 0 of "topic 1" within 1 s')
  })

  it('lets evalFn talk to the deployment over several turns, each sample with its seed', async () => {
    const seeds: number[] = []
    const config = new EvalConfig({
      dataset: dataset(4),
      nSamples: 2,
      evalFn: async (row, deployment, { signal, seed }) => {
        seeds.push(seed)
        const draft = await deployment.generate(`draft ${row.input}`, { signal, seed })
        const final = await deployment.generate(draft.text, { signal, seed })
        return { score: final.text.length, response: final.text, metadata: { turns: 2 } }
      },
    })
    const deployment = echo()
    const result = await config.evaluate(deployment, { store })
    expect(deployment.requests).toHaveLength(16)
    expect(new Set(seeds).size).toBe(8)
    expect(result).toMatchObject({ scored: 8, details: { turns: 2 } })
    expect(result.rows[0]?.response).toMatch(/^draft topic 0/)
    const record = await store.evals.get(result.evalId)
    expect(record?.config).not.toHaveProperty('generateKwargs')
    expect(record?.config).not.toHaveProperty('rewardTimeLimitMs')
  })

  it('attributes what evalFn meets: the provider, its own result, its own time', async () => {
    let waitedFor: AbortSignal | undefined
    const config = new EvalConfig({
      dataset: dataset(4),
      timeLimitMs: 1_000,
      evalFn: (row, _, { signal }) => {
        if (row.index === 0) throw new GymError('provider', 'busy', 'the server is busy')
        if (row.index === 1) return { score: 1 } as never
        if (row.index === 2) {
          waitedFor = signal
          return new Promise(() => {})
        }
        return { score: 1, response: 'fine' }
      },
    })
    const result = await config.evaluate(echo(), { store })
    expect(result.failuresByBoundary).toEqual({ provider: 1, reward: 2 })
    expect(result.rows[0]?.failure?.message).toBe('the server is busy')
    expect(result.rows[1]?.failure?.message).toContain('return { score, response }')
    expect(result.rows[2]?.failure?.message).toContain('within 1 s')
    expect(waitedFor?.aborted).toBe(true)
  })
})

describe('an evaluation that cannot go on', () => {
  it('ends at once when the scorer is broken, naming the first failure, and keeps the evidence', async () => {
    const deployment = echo()
    const broken: Reward = ({ row }) => {
      throw new Error(`no dictionary for ${row.input}`)
    }
    const config = new EvalConfig({ dataset: dataset(500), reward: broken, maxConcurrency: 8, name: 'base' })
    const error = await failure(config.evaluate(deployment, { store }))
    expect(error).toMatchObject({ boundary: 'reward', code: 'every-row-failed' })
    expect(error.message).toContain('evaluation "base" was ended: all of the first 8 rows failed, the first with:')
    expect(error.message).toContain('no dictionary for topic 0')
    expect(deployment.requests.length).toBeLessThan(40)
    const [record] = await store.evals.list()
    expect(record).toMatchObject({ state: 'failed', error: error.message })
    expect((await store.evals.rows(record?.evalId ?? '')).length).toBeGreaterThanOrEqual(8)
  })

  it('ends with the provider when the server is dead', async () => {
    const dead = new StandInDeployment(() => {
      throw new GymError('provider', 'endpoint-unreachable', '"tiny-poet" cannot be reached (ECONNREFUSED)')
    })
    const config = new EvalConfig({ dataset: dataset(50), reward: byLength, maxConcurrency: 4 })
    const error = await failure(config.evaluate(dead, { store }))
    expect(error.boundary).toBe('provider')
    expect(error.message).toContain('ECONNREFUSED')
  })

  it('says why when all rows of a small dataset fail, or none can be scored', async () => {
    const abstaining = new EvalConfig({ dataset: dataset(3), reward: () => null, name: 'base' })
    expect(await failure(abstaining.evaluate(echo(), { store }))).toMatchObject({
      boundary: 'reward',
      message:
        'none of the 3 responses of evaluation "base" could be scored: the scorer returned null for each; see what it expects of a response',
    })
    const odd = new StandInDeployment((prompt) => {
      if (prompt.includes('topic 1')) throw new GymError('provider', 'busy', 'busy')
      return 'fine'
    })
    expect(await failure(abstaining.evaluate(odd, { store }))).toMatchObject({
      boundary: 'provider',
      message:
        'none of the 3 responses of evaluation "base" was scored: 1 failed and the scorer returned null for 2; the first failure: busy',
    })
    expect((await store.evals.list()).map((record) => record.state)).toEqual(['failed', 'failed'])
  })

  it('goes on past single failures of the server, counting them', async () => {
    const flaky = new StandInDeployment((prompt) => {
      if (/[13579]\.$/.test(prompt)) throw new GymError('provider', 'server-error', 'answered 500')
      return 'fine 7'
    })
    const config = new EvalConfig({ dataset: dataset(20), reward: byLength, maxConcurrency: 2 })
    const result = await config.evaluate(flaky, { store })
    expect(result).toMatchObject({ total: 20, scored: 10, failed: 10, failuresByBoundary: { provider: 10 } })
    expect(result.diversity.uniqueShare).toBe(0.1)
  })

  it('is interrupted by its signal: what came so far is kept and can be read', async () => {
    const abort = new AbortController()
    const deployment = new StandInDeployment((_, random) => `text ${random.toFixed(6)}`)
    const config = new EvalConfig({ dataset: dataset(200), reward: byLength, maxConcurrency: 4, name: 'base' })
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'eval-row' && event.done === 10) abort.abort()
    }
    const error = await failure(config.evaluate(deployment, { store, signal: abort.signal, onProgress }))
    const [record] = await store.evals.list()
    expect(error).toMatchObject({ boundary: 'interrupted', code: 'aborted' })
    expect(error.message).toBe(
      `evaluation "base" was interrupted after 10 of 200 responses; they are kept as ${record?.evalId}`,
    )
    expect(record?.state).toBe('interrupted')
    expect(deployment.active).toBe(0)
    expect(deployment.requests.length).toBeLessThan(30)
    expect(await evalResultFromStore(store, record?.evalId ?? '')).toMatchObject({ total: 10, scored: 10 })
  })

  it('ends with the store when a row cannot be kept', async () => {
    const deployment = echo()
    const config = new EvalConfig({ dataset: dataset(5_000), reward: byLength, maxConcurrency: 2 })
    const other = new Database(store.file)
    const onProgress = (event: ProgressEvent) => {
      // Someone else throws the evaluation away while it runs: its rows have nothing to belong to.
      if (event.kind === 'eval-row' && event.done === 3) other.exec('delete from eval')
    }
    const error = await failure(config.evaluate(deployment, { store, onProgress }))
    other.close()
    expect(error).toMatchObject({ boundary: 'store', code: 'store-conflict' })
    expect(deployment.requests.length).toBeLessThan(5_000)
    expect(deployment.active).toBe(0)
  })

  it('refuses a dataset whose rows cannot be told apart, before it asks for anything', async () => {
    const rows = await dataset(2).load()
    const twice = { name: 'twice', load: async () => [...rows, ...rows], messages: () => [] }
    const deployment = echo()
    const error = await failure(new EvalConfig({ dataset: twice, reward: byLength }).evaluate(deployment, { store }))
    expect(error).toMatchObject({ boundary: 'data', code: 'repeated-row-index' })
    const none = { name: 'none', load: async () => [], messages: () => [] }
    const empty = await failure(new EvalConfig({ dataset: none, reward: byLength }).evaluate(deployment, { store }))
    expect(empty.message).toBe('dataset "none" has no rows; an evaluation needs at least one')
    expect(deployment.requests).toEqual([])
    expect(await store.evals.list()).toEqual([])
  })
})
