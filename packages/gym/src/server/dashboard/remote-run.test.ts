import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { aRemoteRun, aStep } from './filled-store.test.support.js'
import { base, host, openApp } from './open-app.test.support.js'
import { findReceipt } from './receipts/find-receipt.js'
import { renderReceipt } from './receipts/render-receipt.js'
import type { CheckpointList, Run } from './run-schemas.js'

const fixtureModel = fileURLToPath(new URL('../../../../engine/fixtures/qwen3-tied', import.meta.url))

let home: string
let store: Store
let app: Awaited<ReturnType<typeof openApp>>['app']
let cookie: string
const ended = new AbortController()

const ask = (path: string, more: RequestInit = {}) =>
  app.request(`${base}${path}`, { headers: { host, origin: base, cookie }, ...more })
const json = async <T>(path: string) => (await (await ask(`/api/v1/${path}`)).json()) as T

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-remote-page-'))
  store = await openStore({ home })
  ;({ app, cookie } = await openApp({ store, home, signal: ended.signal }))
})
afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

describe('the secrets of a run', () => {
  const recipe = {
    kind: 'slime',
    lr: 1e-6,
    env: { HF_TOKEN: 'hf_of_ann_0123', NCCL_DEBUG: 'INFO-of-ann' },
    wandbKey: 'wandb-of-ann',
    trainEnvVars: '{"S3_KEY":"s3-of-ann"}',
    extraArgs: ['--judge-key', 'judge-of-ann'],
  }
  const config = { recipe, dataset: { name: 'rows', rows: 3 } }
  const error = 'failed; its last lines:\nlogged in with wandb-of-ann'
  const secret = /of.ann/

  it('reach nobody: no answer of the API, no receipt, no description has one', async () => {
    await store.runs.create(aRemoteRun({ config, error, state: 'failed' }))
    await store.runs.addStep('run-a', aStep(0))
    const paths = [
      ...['', '/run-a', '/run-a/series', '/run-a/steps/0', '/run-a/steps/0/samples', '/run-a/checkpoints'],
      ...['/run-a/actions', '/run-a/log'],
    ].map((path) => `runs${path}`)
    for (const path of [...paths, 'jobs', 'evals', 'openapi.json']) {
      const response = await ask(`/api/v1/${path}`)
      expect({ path, status: response.status }).toEqual({ path, status: 200 })
      expect(await response.text()).not.toMatch(secret)
    }
    const receipt = await findReceipt({ store, home, clock: () => 0 }, ['run-a'])
    expect(JSON.stringify(receipt)).toContain('HF_TOKEN')
    expect(JSON.stringify(receipt)).not.toMatch(secret)
    expect(renderReceipt(receipt)).not.toMatch(secret)
    expect((await json<Run>('runs/run-a')).error).toBe('failed; its last lines:\nlogged in with not shown')
  })

  it('keep their names, each variable as an option of its own, and can be told apart', async () => {
    const other = { ...recipe, env: { ...recipe.env, HF_TOKEN: 'hf_of_ann_9999' } }
    await store.runs.create(aRemoteRun({ config }))
    await store.runs.create(aRemoteRun({ trainingRunId: 'run-b', config: { ...config, recipe: other } }))
    const optionsOf = async (run: string) => {
      const { configuration } = await json<Run>(`runs/${run}`)
      return new Map(configuration.map(({ part, name, ...rest }) => [`${part}.${name}`, rest]))
    }
    const [one, two] = [await optionsOf('run-a'), await optionsOf('run-b')]
    const hidden = [...one].filter(([, { hiddenMark }]) => hiddenMark !== null).map(([name]) => name)
    expect(hidden.toSorted()).toEqual([
      'recipe.env.HF_TOKEN',
      'recipe.env.NCCL_DEBUG',
      'recipe.extraArgs',
      'recipe.trainEnvVars.S3_KEY',
      'recipe.wandbKey',
    ])
    expect(one.get('recipe.env.HF_TOKEN')).toMatchObject({ value: '"not shown"' })
    expect(one.get('recipe.extraArgs')?.value).toBe('["--judge-key","not shown"]')
    expect(one.get('recipe.lr')).toMatchObject({ value: '0.000001', hiddenMark: null })
    const differing = [...one.keys()].filter((name) => one.get(name)?.hiddenMark !== two.get(name)?.hiddenMark)
    expect(differing).toEqual(['recipe.env.HF_TOKEN'])
  })
})

describe('the checkpoints of a run elsewhere', () => {
  const list = async () => (await json<CheckpointList>('runs/run-a/checkpoints')).items
  const lines = async () => (await list()).map(({ name, exported, createdAt }) => `${name} ${exported} ${createdAt}`)
  const create = (changes: Partial<RunRecord> = {}) =>
    store.runs.create(aRemoteRun({ numRollout: 8, rolloutsDone: 8, ...changes }))
  const announced = (rolloutId: number) => ({ trainingRunId: 'run-a', rolloutId, path: '/c', createdAt: null })

  it('are those that the store knows; of what was due since, it says that nothing is known', async () => {
    await create({ rolloutsDone: 7, state: 'running' })
    expect(await lines()).toEqual([
      'iter_0000005 unknown null',
      'iter_0000003 unknown null',
      'iter_0000001 unknown null',
    ])
    await store.checkpoints.add(announced(3))
    expect(await lines()).toEqual([
      'iter_0000005 unknown null',
      'iter_0000003 elsewhere null',
      'iter_0000001 unknown null',
    ])
  })

  it('are exactly what the last listing found, up to its newest', async () => {
    await create()
    await store.checkpoints.settle([{ ...announced(5), path: '/checkpoints/run-a/iter_0000005_hf', createdAt: 9 }], [])
    // The last rollout is always saved, also between two intervals.
    expect(await lines()).toEqual(['iter_0000007 unknown null', 'iter_0000005 elsewhere 9'])
    expect((await list())[1]).toMatchObject({ rolloutId: 5, path: '/checkpoints/run-a/iter_0000005_hf' })
  })

  it('stand in a receipt with what is known of each', async () => {
    await create()
    await store.checkpoints.settle([{ ...announced(5), createdAt: 9 }], [])
    const { sections } = await findReceipt({ store, home, clock: () => 0 }, ['run-a'])
    const weightsSha256 = 'not computed'
    expect(sections.find(({ name }) => name === 'checkpoints')?.content).toEqual([
      { name: 'iter_0000005', afterRollout: 6, createdAt: 9, isComplete: true, weightsSha256 },
      {
        name: 'iter_0000007',
        afterRollout: 8,
        createdAt: 'not recorded',
        isComplete: 'not recorded',
        weightsSha256,
      },
    ])
  })

  it('are due by the default interval where the recipe gives none', async () => {
    await create({ config: { recipe: { kind: 'slime' } } })
    expect((await list()).map(({ rolloutId }) => rolloutId)).toEqual([7, 4])
  })

  it('can be served from this page once they were copied, and before it says how', async () => {
    await create()
    await store.checkpoints.add(announced(7))
    const serve = () => ask('/api/v1/runs/run-a/checkpoints/iter_0000007/serve', { method: 'POST' })
    const refused = await serve()
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('training-gym checkpoints run-a --download iter_0000007')
    const folder = join(home, 'runs', 'run-a', 'checkpoints', 'iter_0000007')
    await cp(fixtureModel, folder, { recursive: true })
    expect((await list())[0]).toMatchObject({ name: 'iter_0000007', exported: 'here', path: folder })
  })
})
