import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from './open-store.js'
import type { DeploymentRecord, EvalRecord, EvalRowRecord, RunRecord, SampleRecord, StepMetrics } from './records.js'
import type { RunFilter } from './run-filter.js'
import type { Store } from './store.js'

let home: string
let store: Store
const living = new Set([process.pid])

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-store-'))
  store = await openStore({ home, isAlive: (pid) => living.has(pid) })
})

afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const run = (trainingRunId: string, more: Partial<RunRecord> = {}): RunRecord => ({
  trainingRunId,
  state: 'running',
  model: 'tiny-poet',
  startPath: '/models/tiny-poet',
  recipe: 'GrpoRecipe',
  config: { lr: 1e-4, nested: { stop: ['\n\n'], limit: Number.POSITIVE_INFINITY } },
  seed: 4_294_967_295,
  numRollout: 10,
  rolloutsDone: 0,
  pid: process.pid,
  createdAt: 1_795_672_212_123,
  finishedAt: null,
  error: null,
  ...more,
})

const step = (rolloutId: number, more: Partial<StepMetrics> = {}): StepMetrics => ({
  rolloutId,
  rewardMean: -3.15,
  rewardStd: 1.5,
  details: { exact: 0.04 },
  responseLength: 21.5,
  truncatedShare: 0,
  flatGroupShare: 0.125,
  unscorable: 1,
  trainedSamples: 127,
  entropy: 2.5,
  kl: 0.001,
  loss: -0.01,
  gradNorm: 0.7,
  lr: 1e-4,
  ratioMean: 1,
  clipShare: 0,
  mismatch: 1e-6,
  diversity: { distinct2: 0.9, topLine: { text: 'old pond', share: 0.1 }, uniqueShare: 1 },
  sampledTokens: 2_700,
  trainedTokens: 2_650,
  tokensPerSecond: 900,
  seconds: { sample: 1, score: 0.1, train: 2, total: 3.1 },
  ...more,
})

const sample = (rolloutId: number, groupIndex: number, sampleIndex: number): SampleRecord => ({
  rolloutId,
  groupIndex,
  sampleIndex,
  rowIndex: 3,
  input: 'old pond',
  response: 'a frog\njumps\nin',
  score: -1,
  advantage: null,
  tokenIds: [0, 151_935, 7],
  logprobs: [-0.5, -1.25, -3],
  finishReason: 'length',
  details: { exact: false, note: 'ü' },
})

const evaluation = (evalId: string, more: Partial<EvalRecord> = {}): EvalRecord => ({
  evalId,
  state: 'running',
  name: 'base',
  model: 'tiny-poet',
  modelPath: '/models/tiny-poet',
  deploymentId: 'dep-1',
  config: { nSamples: 1 },
  pid: process.pid,
  createdAt: 5,
  finishedAt: null,
  summary: null,
  error: null,
  ...more,
})

const evalRow = (rowIndex: number, more: Partial<EvalRowRecord> = {}): EvalRowRecord => ({
  rowIndex,
  sampleIndex: 0,
  promptKey: '00ff00ff00ff00ff',
  prompt: 'old pond',
  response: 'a frog',
  score: 0.25,
  metadata: { exact: true },
  finishReason: 'stop',
  tokens: 9,
  failure: null,
  ...more,
})

const deployment = (deploymentId: string, more: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  deploymentId,
  state: 'ready',
  appName: 'haiku-base',
  servedModelName: 'tiny-poet',
  modelPath: '/models/tiny-poet',
  url: 'http://127.0.0.1:8000/v1',
  pid: process.pid,
  isDetached: true,
  createdAt: 1,
  stoppedAt: null,
  error: null,
  ...more,
})

describe('store.runs', () => {
  it('gives back a run as it was put in, and changes only what it is told to', async () => {
    await store.runs.create(run('run-1'))
    expect(await store.runs.get('run-1')).toEqual(run('run-1'))
    await store.runs.update('run-1', { state: 'failed', error: 'the reward threw', finishedAt: 9 })
    expect(await store.runs.get('run-1')).toEqual(
      run('run-1', { state: 'failed', error: 'the reward threw', finishedAt: 9 }),
    )
    expect(await store.runs.get('run-2')).toBeUndefined()
  })

  it('never overwrites a run by creating it again, and says when there is none to change', async () => {
    await store.runs.create(run('run-1'))
    await expect(store.runs.create(run('run-1'))).rejects.toMatchObject({ boundary: 'store', code: 'store-conflict' })
    await expect(store.runs.update('run-9', { error: 'x' })).rejects.toThrow(/holds no training run "run-9"/)
  })

  it('lists newest first, and those of one millisecond by id, page by page', async () => {
    for (const [id, createdAt] of [
      ['run-b', 2],
      ['run-a', 1],
      ['run-d', 3],
      ['run-c', 2],
    ] as const) {
      await store.runs.create(run(id, { createdAt }))
    }
    const ids = async (page?: { limit?: number; offset?: number }) =>
      (await store.runs.list(page)).map((item) => item.trainingRunId)
    expect(await ids()).toEqual(['run-d', 'run-c', 'run-b', 'run-a'])
    expect(await ids({ limit: 2, offset: 1 })).toEqual(['run-c', 'run-b'])
    expect(await store.findRun('latest')).toBe('run-d')
  })

  it('finds runs by a part of their id, model or recipe, and by the state that they show', async () => {
    await store.runs.create(run('run-poet', { costUsd: 1.5 }))
    await store.runs.create(run('run-gone', { pid: 999_999_999 }))
    await store.runs.create(run('run-100%', { state: 'completed', model: 'Qwen3' }))
    const found = async (filter: RunFilter) => {
      const ids = (await store.runs.list({}, filter)).map(({ trainingRunId }) => trainingRunId)
      expect(await store.runs.count(filter)).toBe(ids.length)
      return ids
    }
    expect(await found({ search: 'qwen' })).toEqual(['run-100%'])
    expect(await found({ search: '0%' })).toEqual(['run-100%'])
    expect(await found({ search: '%' })).toEqual(['run-100%'])
    expect(await found({ state: 'running' })).toEqual(['run-poet'])
    expect(await found({ state: 'interrupted' })).toEqual(['run-gone'])
    expect(await found({ state: 'completed', search: 'poet' })).toEqual([])
    expect((await store.runs.get('run-poet'))?.costUsd).toBe(1.5)
  })

  it('follows one row of the dataset through the rollouts, and gives the scores of a rollout by group', async () => {
    await store.runs.create(run('run-a'))
    const at = (
      rolloutId: number,
      groupIndex: number,
      sampleIndex: number,
      rowIndex: number,
      score: number | null,
    ) => ({ ...sample(rolloutId, groupIndex, sampleIndex), rowIndex, score })
    await store.runs.addSamples('run-a', [
      at(0, 0, 0, 7, 1),
      at(0, 0, 1, 7, 2),
      at(0, 1, 0, 8, 5),
      at(3, 2, 0, 7, null),
    ])
    expect(await store.runs.rolloutsOfRow('run-a', 7)).toEqual([
      { rolloutId: 0, groupIndex: 0, scoreMean: 1.5 },
      { rolloutId: 3, groupIndex: 2, scoreMean: null },
    ])
    expect(await store.runs.groupScores('run-a', 0)).toEqual([[1, 2], [5]])
    expect((await store.runs.sample('run-a', { rolloutId: 0, groupIndex: 1, sampleIndex: 0 }))?.rowIndex).toBe(8)
    expect(await store.runs.sample('run-a', { rolloutId: 9, groupIndex: 1, sampleIndex: 0 })).toBeUndefined()
  })

  it('shows a running run whose process is gone as interrupted, and leaves finished ones alone', async () => {
    await store.runs.create(run('run-1', { pid: 999_999_999 }))
    await store.runs.create(run('run-2', { pid: 999_999_999, state: 'completed' }))
    await store.runs.create(run('run-3', { pid: null }))
    const states = (await store.runs.list()).map((item) => [item.trainingRunId, item.state])
    expect(Object.fromEntries(states)).toEqual({ 'run-1': 'interrupted', 'run-2': 'completed', 'run-3': 'running' })
  })

  it('keeps steps with NaN and infinities, counts them, and replaces a repeated one', async () => {
    await store.runs.create(run('run-1'))
    const odd = step(1, { kl: Number.NaN, gradNorm: Number.POSITIVE_INFINITY, loss: Number.NEGATIVE_INFINITY })
    await store.runs.addStep('run-1', step(0))
    await store.runs.addStep('run-1', step(1))
    await store.runs.addStep('run-1', odd)
    expect(await store.runs.steps('run-1')).toEqual([step(0), odd])
    expect((await store.runs.get('run-1'))?.rolloutsDone).toBe(2)
  })

  it('keeps samples, token ids exactly and log-probabilities as float32, and replaces repeated ones', async () => {
    await store.runs.create(run('run-1'))
    const odd = { ...sample(0, 1, 0), logprobs: [Number.NaN, Number.NEGATIVE_INFINITY, -0.1], tokenIds: [] }
    await store.runs.addSamples('run-1', [sample(0, 0, 1), sample(0, 0, 0), sample(0, 1, 0)])
    await store.runs.addSamples('run-1', [odd, sample(1, 0, 0)])
    expect(await store.runs.samples('run-1', 0)).toEqual([
      sample(0, 0, 0),
      sample(0, 0, 1),
      { ...odd, logprobs: [Number.NaN, Number.NEGATIVE_INFINITY, Math.fround(-0.1)] },
    ])
  })

  it('keeps more samples than one statement can take, all or none', async () => {
    await store.runs.create(run('run-1'))
    const many = Array.from({ length: 2_500 }, (_, index) => sample(0, Math.floor(index / 8), index % 8))
    await store.runs.addSamples('run-1', many)
    expect(await store.runs.samples('run-1', 0)).toHaveLength(2_500)
    const broken = many.map((item, index) => ({ ...item, rolloutId: 1, score: index === 2_400 ? Number.NaN : 0 }))
    await expect(store.runs.addSamples('run-1', broken)).rejects.toThrow(/cannot keep NaN/)
    expect(await store.runs.samples('run-1', 1)).toEqual([])
  })

  it('forgets steps and samples from a rollout on, as a resume needs', async () => {
    await store.runs.create(run('run-1'))
    for (const rolloutId of [0, 1, 2, 3]) {
      await store.runs.addStep('run-1', step(rolloutId))
      await store.runs.addSamples('run-1', [sample(rolloutId, 0, 0)])
    }
    await store.runs.dropStepsFrom('run-1', 2)
    expect((await store.runs.steps('run-1')).map((item) => item.rolloutId)).toEqual([0, 1])
    expect(await store.runs.samples('run-1', 1)).toHaveLength(1)
    expect(await store.runs.samples('run-1', 2)).toEqual([])
    expect((await store.runs.get('run-1'))?.rolloutsDone).toBe(2)
    await store.runs.dropStepsFrom('run-1', 5)
    expect((await store.runs.get('run-1'))?.rolloutsDone).toBe(2)
  })

  it('refuses steps and samples of a run that does not exist', async () => {
    await expect(store.runs.addStep('run-9', step(0))).rejects.toMatchObject({ code: 'store-conflict' })
    await expect(store.runs.addSamples('run-9', [sample(0, 0, 0)])).rejects.toMatchObject({ code: 'store-conflict' })
  })
})

describe('store.evals', () => {
  it('gives back an evaluation, its end and its rows in the order of the dataset', async () => {
    await store.evals.create(evaluation('eval-1'))
    const failure = { boundary: 'reward', message: 'reward "haiku" threw' } as const
    const failed = evalRow(0, { score: null, failure, finishReason: null, tokens: null, response: '' })
    await store.evals.addRows('eval-1', [evalRow(2), evalRow(1, { score: null })])
    await store.evals.addRows('eval-1', [failed, evalRow(2, { score: 0.5 })])
    expect(await store.evals.rows('eval-1')).toEqual([failed, evalRow(1, { score: null }), evalRow(2, { score: 0.5 })])
    const summary = { mean: 0.5, ci: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] }
    await store.evals.finish('eval-1', { state: 'completed', summary, finishedAt: 8, error: null })
    expect(await store.evals.get('eval-1')).toEqual(
      evaluation('eval-1', { state: 'completed', summary, finishedAt: 8 }),
    )
  })

  it('shows a running evaluation whose process is gone as interrupted, and finds one by name', async () => {
    await store.evals.create(evaluation('eval-1', { pid: 999_999_999 }))
    await store.evals.create(evaluation('eval-2', { name: 'trained', createdAt: 6 }))
    expect((await store.evals.list()).map((item) => item.state)).toEqual(['running', 'interrupted'])
    expect(await store.findEval('base')).toBe('eval-1')
  })

  it('names what cannot be kept as JSON', async () => {
    const metadata: Record<string, unknown> = {}
    metadata.self = metadata
    await store.evals.create(evaluation('eval-1'))
    await expect(store.evals.addRows('eval-1', [evalRow(0, { metadata })])).rejects.toThrow(
      'the metadata of an evaluation row cannot be kept as JSON; use plain objects, arrays and values',
    )
  })
})

describe('store.deployments', () => {
  it('gives back what was put and updated, booleans included', async () => {
    await store.deployments.put(deployment('dep-1', { state: 'starting', url: null }))
    await store.deployments.put(deployment('dep-1'))
    expect(await store.deployments.get('dep-1')).toEqual(deployment('dep-1'))
    await store.deployments.update('dep-1', { isDetached: false, state: 'stopped', stoppedAt: 4 })
    const stopped = deployment('dep-1', { isDetached: false, state: 'stopped', stoppedAt: 4 })
    expect(await store.deployments.list()).toEqual([stopped])
    expect(await store.findDeployment('haiku-base')).toBe('dep-1')
  })

  it('shows a deployment whose process is gone as stopped, but a failed one as failed', async () => {
    await store.deployments.put(deployment('dep-1', { pid: 999_999_999 }))
    await store.deployments.put(deployment('dep-2', { pid: 999_999_999, state: 'failed', createdAt: 2 }))
    expect((await store.deployments.list()).map((item) => item.state)).toEqual(['failed', 'stopped'])
  })
})

describe('the store', () => {
  it('takes for gone what an earlier process of the same id was at work on, as in a container that started again', async () => {
    await using real = await openStore({ home })
    await real.runs.create(run('run-1'))
    await real.evals.create(evaluation('eval-1'))
    await real.deployments.put(deployment('dep-1', { pid: process.pid }))
    const states = async () => [
      (await real.runs.list({}, { state: 'running' })).length,
      (await real.runs.get('run-1'))?.state,
      (await real.evals.get('eval-1'))?.state,
      (await real.deployments.get('dep-1'))?.state,
    ]
    const mark = await real.changeMark()
    expect(await states()).toEqual([1, 'running', 'running', 'ready'])
    const raw = new Database(join(home, 'gym.sqlite'))
    for (const table of ['run', 'eval', 'deployment']) raw.exec(`update ${table} set pidStart = 'earlier'`)
    raw.close()
    expect(await states()).toEqual([0, 'interrupted', 'interrupted', 'stopped'])
    expect(await real.changeMark()).not.toBe(mark)
  })

  it('lets one process alone take up what broke off', async () => {
    await store.runs.create(run('run-1', { pid: 999_999_999 }))
    await store.evals.create(evaluation('eval-1', { pid: 999_999_999 }))
    const takeRun = () => store.runs.reopen('run-1', process.pid)
    const start = { config: { nSamples: 1 }, deploymentId: null, pid: process.pid, resumedAt: 9 }
    const takeEval = () => store.evals.reopen('eval-1', start)
    expect((await Promise.all([takeRun(), takeRun(), takeRun()])).sort()).toEqual([false, false, true])
    expect((await Promise.all([takeEval(), takeEval()])).sort()).toEqual([false, true])
    expect((await store.runs.get('run-1'))?.pid).toBe(process.pid)
    await expect(store.runs.reopen('run-none', 1)).rejects.toMatchObject({ code: 'no-such-record' })
    await expect(store.evals.reopen('eval-none', start)).rejects.toMatchObject({ code: 'no-such-record' })
  })

  it('gives back texts that hold a NUL, or what stands for it in the file', async () => {
    const response = 'a\0b\uE000c\uE0000\0\0\uE0001'
    await store.evals.create(evaluation('eval-1', { name: 'ba\0se' }))
    await store.evals.addRows('eval-1', [evalRow(0, { response, metadata: { text: response } })])
    expect(await store.evals.rows('eval-1')).toEqual([evalRow(0, { response, metadata: { text: response } })])
    expect(await store.findEval('ba\0se')).toBe('eval-1')
  })

  it('keeps everything when it is closed and opened again, and closing twice is fine', async () => {
    await store.runs.create(run('run-1'))
    await store.close()
    await store.close()
    store = await openStore({ home })
    expect(await store.runs.get('run-1')).toEqual(run('run-1'))
  })

  it('serves reads while a transaction of the same process is open', async () => {
    await store.runs.create(run('run-1'))
    const many = Array.from({ length: 3_000 }, (_, index) => sample(0, index, 0))
    const [, listed] = await Promise.all([store.runs.addSamples('run-1', many), store.runs.list()])
    expect(listed).toHaveLength(1)
  })
})
