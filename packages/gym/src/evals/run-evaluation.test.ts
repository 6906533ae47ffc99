import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import { EvalConfig } from './eval-config.js'
import { StandInDeployment } from './stand-in.test.deployment.js'

let home: string
let store: Store
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-run-eval-'))
  store = await openStore({ home })
})
afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

it.each([
  [
    'interrupted',
    'interrupted',
    /^evaluation "stand-in" was interrupted after 1 of 3 responses; they are kept as eval-/,
  ],
  ['reward', 'failed', /^boom$/],
] as const)('records why a signal ended it (%s), and can be continued', async (boundary, state, error) => {
  const controller = new AbortController()
  let calls = 0
  const reward = () => {
    calls += 1
    if (calls === 2) controller.abort(new GymError(boundary, 'x', 'boom'))
    return 1
  }
  const dataset = new InMemoryDataset({ rows: [{ input: 'a' }, { input: 'b' }, { input: 'c' }] })
  const config = new EvalConfig({ dataset, reward })
  const deployment = new StandInDeployment((prompt) => prompt)
  const options = { store, maxConcurrency: 1, onProgress: () => {} }
  const ended = config.evaluate(deployment, { ...options, signal: controller.signal })
  await expect(ended).rejects.toMatchObject({
    boundary,
    message: expect.stringContaining('was interrupted after 1 of 3'),
  })
  const [record] = await store.evals.list()
  expect(record).toMatchObject({ state, error: expect.stringMatching(error) })
  const whole = await config.evaluate(deployment, { ...options, resume: record!.evalId })
  expect(whole).toMatchObject({ evalId: record!.evalId, scored: 3 })
})
