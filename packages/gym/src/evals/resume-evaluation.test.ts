import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import type { Reward } from '../trip.js'
import { EvalConfig } from './eval-config.js'
import type { EvalOptions, EvaluateOptions } from './eval-options.js'
import { type EvalResult, evalResultFromStore } from './eval-result.js'
import { StandInDeployment } from './stand-in.test.deployment.js'

let home: string
let store: Store

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-resume-'))
  store = await openStore({ home })
})

afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => `topic ${index}.`)
const dataset = (count: number) => new InMemoryDataset({ rows: rowsOf(count), name: 'topics' })
const digit: Reward = ({ response }) => ({ score: Number(response.at(-1)), seen: true })
const length: Reward = ({ response, row }) => (row.index % 5 === 0 ? null : response.length)
const steady = () => new StandInDeployment((prompt, random) => `${prompt} ${random.toFixed(6)}`)
const options = { dataset: dataset(60), scorers: { digit, length }, nSamples: 3, seed: 4, name: 'base' }

function apartFromTime({ evalId: _, seconds: __, ...result }: EvalResult) {
  return result
}

async function breakOff(after: number): Promise<string> {
  const abort = new AbortController()
  const onProgress = (event: ProgressEvent) => {
    if (event.kind === 'eval-row' && event.done === after) abort.abort()
  }
  const config = new EvalConfig(options)
  await expect(config.evaluate(steady(), { store, signal: abort.signal, onProgress })).rejects.toMatchObject({
    boundary: 'interrupted',
  })
  return await store.findEval('latest')
}

describe('an evaluation that broke off', () => {
  it('is continued to the result of an undisturbed one, asking for the missing rows only', async () => {
    const evalId = await breakOff(30)
    const kept = new Set((await store.evals.rows(evalId)).map((row) => row.rowIndex)).size
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan(60)
    const deployment = steady()
    const events: ProgressEvent[] = []
    const onProgress = (event: ProgressEvent) => events.push(event)
    const resumed = await new EvalConfig(options).evaluate(deployment, { store, resume: evalId, onProgress })
    expect(resumed.evalId).toBe(evalId)
    expect(deployment.requests).toHaveLength(60 - kept)
    const undisturbed = await new EvalConfig(options).evaluate(steady(), { store })
    expect(apartFromTime(resumed)).toEqual(apartFromTime(undisturbed))
    expect(apartFromTime(await evalResultFromStore(store, evalId))).toEqual(apartFromTime(undisturbed))
    expect(await store.evals.get(evalId)).toMatchObject({ state: 'completed', error: null })
    expect(events.find((event) => event.kind === 'eval-row')).toMatchObject({ done: kept * 3 + 1, total: 180 })
  })

  it('is continued where a process was killed: some samples of a row there, some not', async () => {
    const evalId = await breakOff(30)
    const rows = await store.evals.rows(evalId)
    const killed = {
      ...(await store.evals.get(evalId)),
      evalId: 'eval-killed',
      state: 'running',
      pid: 2 ** 22 + 1,
    } as const
    await store.evals.create(killed as never)
    await store.evals.addRows('eval-killed', rows.slice(0, 7))
    const deployment = steady()
    const resumed = await new EvalConfig(options).evaluate(deployment, { store, resume: 'eval-killed' })
    expect(deployment.requests).toHaveLength(58)
    const undisturbed = await new EvalConfig(options).evaluate(steady(), { store })
    expect(apartFromTime(resumed)).toEqual(apartFromTime(undisturbed))
  })

  it('asks again what failed at the provider, and nothing else', async () => {
    const flaky = new StandInDeployment((prompt, random) => {
      if (/[37]\.$/.test(prompt)) throw new GymError('provider', 'server-error', 'answered 500')
      return `${prompt} ${random.toFixed(6)}`
    })
    const broken: Reward = (sample) => {
      if (sample.row.index === 2) throw new Error('no two')
      return digit(sample)
    }
    const config = new EvalConfig({ ...options, scorers: { digit: broken, length } })
    const first = await config.evaluate(flaky, { store })
    expect(first).toMatchObject({ failed: 39, failuresByBoundary: { provider: 36, reward: 3 } })
    const deployment = steady()
    const second = await config.evaluate(deployment, { store, resume: first.evalId })
    expect(deployment.requests).toHaveLength(12)
    expect(second).toMatchObject({ failed: 3, failuresByBoundary: { reward: 3 } })
    expect(apartFromTime(second)).toEqual(apartFromTime(await config.evaluate(steady(), { store })))
  })

  it.each<[string, Partial<EvalOptions>, Partial<EvaluateOptions>]>([
    [
      'its dataset was topics and now is others',
      { dataset: new InMemoryDataset({ rows: rowsOf(60), name: 'others' }) },
      {},
    ],
    ['its number of rows was 60 and now is 61', { dataset: dataset(61) }, {}],
    ['its scorers was digit, length and now is digit', { scorers: { digit } }, {}],
    ['its seed was 4 and now is 5', {}, { seed: 5, nSamples: 9 }],
    ['its nSamples was 3 and now is 2', {}, { nSamples: 2 }],
    ['its generateKwargs was {} and now is {"temperature":0.5}', { generateKwargs: { temperature: 0.5 } }, {}],
    [
      'row 0 ("topic 0.") of dataset "topics" has another prompt',
      { dataset: new InMemoryDataset({ rows: rowsOf(60), name: 'topics', promptTemplate: 'On {input}' }) },
      {},
    ],
  ])('is refused when it is another one: %s', async (difference, changes, call) => {
    const evalId = await breakOff(30)
    const before = [await store.evals.get(evalId), await store.evals.rows(evalId)]
    const config = new EvalConfig({ ...options, ...changes })
    const error = await config.evaluate(steady(), { store, resume: evalId, ...call }).catch((thrown) => thrown)
    expect(error).toMatchObject({ boundary: 'config', code: 'cannot-resume' })
    expect(error.message).toContain(`evaluation ${evalId} cannot be continued: ${difference}`)
    expect([await store.evals.get(evalId), await store.evals.rows(evalId)]).toEqual(before)
  })

  it('goes on with options that leave something undefined, which no record keeps', async () => {
    const evalId = await breakOff(30)
    const config = new EvalConfig({ ...options, generateKwargs: { max_tokens: undefined } })
    expect(await config.evaluate(steady(), { store, resume: evalId })).toMatchObject({ evalId, failed: 0 })
  })

  it('is refused while its process is still at work, and when there is none', async () => {
    const evalId = await breakOff(30)
    const record = await store.evals.get(evalId)
    await store.evals.create({ ...record, evalId: 'eval-busy', state: 'running', pid: process.pid } as never)
    const config = new EvalConfig(options)
    await expect(config.evaluate(steady(), { store, resume: 'eval-busy' })).rejects.toThrow('is still at work on it')
    await expect(config.evaluate(steady(), { store, resume: 'eval-none' })).rejects.toMatchObject({
      code: 'no-such-record',
    })
  })
})
