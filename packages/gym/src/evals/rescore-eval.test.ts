import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import type { Reward } from '../trip.js'
import { EvalConfig } from './eval-config.js'
import { evalResultFromStore } from './eval-result.js'
import { rescoreEval } from './rescore-eval.js'
import { StandInDeployment } from './stand-in.test.deployment.js'

let home: string
let store: Store

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-rescore-'))
  store = await openStore({ home })
})

afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const dataset = new InMemoryDataset({
  rows: Array.from({ length: 12 }, (_, index) => ({ input: `topic ${index}`, answer: `${index}` })),
  outputColumn: 'answer',
})
const model = () =>
  new StandInDeployment((prompt, random) => {
    if (prompt === 'topic 11') throw new GymError('provider', 'busy', 'busy')
    return `${prompt}: ${random.toFixed(3)}`
  })
const exact: Reward = ({ row, response }) => (response.startsWith(`topic ${row.output}:`) ? 1 : 0)
const zero: Reward = () => 0

describe('rescoring', () => {
  it('keeps a new evaluation that points at its source, generates nothing, and shows what changed', async () => {
    const source = await new EvalConfig({ dataset, reward: zero, name: 'base', nSamples: 2 }).evaluate(model(), {
      store,
    })
    const half: Reward = (sample) => (sample.row.index < 6 ? exact(sample) : sample.row.index === 6 ? null : 0)
    const { result, changed } = await rescoreEval(store, 'base', { reward: half, dataset, gate: { half: { min: 0 } } })
    expect(result).toMatchObject({
      name: 'base, rescored',
      sourceEvalId: source.evalId,
      scored: 20,
      abstained: 2,
      failed: 2,
    })
    expect(result.mean).toBe(12 / 20)
    expect(
      result.rows.map(({ response, finishReason, tokens, failure }) => [response, finishReason, tokens, failure]),
    ).toEqual(
      source.rows.map(({ response, finishReason, tokens, failure }) => [response, finishReason, tokens, failure]),
    )
    expect(changed).toHaveLength(14)
    expect(changed[0]).toMatchObject({ rowIndex: 6, sampleIndex: 0, before: 0, after: null, outcome: 'abstained' })
    expect(changed[2]).toMatchObject({ rowIndex: 0, before: 0, after: 1, outcome: 'scored' })
    expect(result.gates).toMatchObject([{ scorer: 'half', passed: true }])
    expect(await evalResultFromStore(store, result.evalId)).toEqual(result)
    expect(await evalResultFromStore(store, source.evalId)).toEqual(source)
  })

  it('equals an evaluation with that scorer, with several as well', async () => {
    const source = await new EvalConfig({ dataset, reward: zero }).evaluate(model(), { store })
    const scorers = { exact, zero }
    const { result } = await rescoreEval(store, source.evalId, { scorers, dataset })
    const direct = await new EvalConfig({ dataset, scorers }).evaluate(model(), { store })
    expect({ rows: result.rows, scorers: result.scorers, mean: result.mean, ci: result.ci }).toEqual({
      rows: direct.rows,
      scorers: direct.scorers,
      mean: direct.mean,
      ci: direct.ci,
    })
  })

  it('scores the text as it was generated, not as a scorer showed it, and what a broken scorer left', async () => {
    const cleaning = new EvalConfig({
      dataset,
      evalResponseFn: ({ index }) => {
        if (index === 1) throw new Error('broken')
        return { score: 1, response: 'cleaned' }
      },
    })
    const source = await cleaning.evaluate(model(), { store })
    expect(source.rows[0]).toMatchObject({ response: 'cleaned', generated: expect.stringMatching(/^topic 0: /) })
    const { result } = await rescoreEval(store, source.evalId, { reward: exact, dataset })
    expect(result).toMatchObject({ mean: 1, scored: 11, failed: 1, failuresByBoundary: { provider: 1 } })
    expect(result.rows[0]?.response).toMatch(/^topic 0: /)
  })

  it('knows the input alone without the dataset, and refuses another dataset', async () => {
    const source = await new EvalConfig({ dataset, reward: zero }).evaluate(model(), { store })
    const echo: Reward = ({ row, response }) => (response.startsWith(row.input) ? 1 : 0)
    expect((await rescoreEval(store, source.evalId, { reward: echo })).result.mean).toBe(1)
    const other = new InMemoryDataset({ rows: ['rain'], name: 'other' })
    await expect(rescoreEval(store, source.evalId, { reward: echo, dataset: other })).rejects.toMatchObject({
      boundary: 'data',
      code: 'other-dataset',
    })
    expect(await store.evals.list()).toHaveLength(2)
  })

  it('refuses two scorers, a gate without its scorer, and stops at its signal without a trace', async () => {
    const source = await new EvalConfig({ dataset, reward: zero }).evaluate(model(), { store })
    await expect(rescoreEval(store, source.evalId, { reward: zero, scorers: { zero } })).rejects.toThrow(
      'needs exactly one of reward, evalResponseFn and scorers',
    )
    const gate = { exact: { min: 0 } }
    await expect(rescoreEval(store, source.evalId, { reward: zero, gate })).rejects.toThrow('has no scorer "exact"')
    const signal = AbortSignal.abort()
    await expect(rescoreEval(store, source.evalId, { reward: zero, signal })).rejects.toMatchObject({
      boundary: 'interrupted',
    })
    expect(await store.evals.list()).toHaveLength(1)
  })
})
