import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChangeFeed } from '../server/dashboard/change-feed.js'
import { watchFile } from './file-watch.js'
import { openStore } from './open-store.js'
import type { RunRecord, StepMetrics } from './records.js'
import type { Store } from './store.js'

let home: string
let store: Store

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-store-'))
  store = await openStore({ home })
  await store.runs.create(run)
})

afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const run: RunRecord = {
  trainingRunId: 'r1',
  state: 'running',
  model: 'tiny-poet',
  startPath: '/models/tiny-poet',
  recipe: 'GrpoRecipe',
  config: {},
  seed: 1,
  numRollout: 10,
  rolloutsDone: 0,
  pid: process.pid,
  createdAt: 1,
  finishedAt: null,
  error: null,
}

// An open file can be neither removed nor renamed on Windows.
describe.skipIf(process.platform === 'win32')('a home that is removed while its store is open', () => {
  const gone = (what: string) => ({
    boundary: 'store',
    code: 'store-gone',
    message: expect.stringContaining(`${store.file} ${what} while this process had it open`),
  })
  const metrics = { rolloutId: 0 } as StepMetrics
  const row = { rowIndex: 0, sampleIndex: 0, promptKey: 'k', prompt: 'p', response: 'r', score: 1, metadata: {} }
  const uses: Record<string, () => Promise<unknown>> = {
    addStep: () => store.runs.addStep('r1', metrics),
    addSamples: () => store.evals.addRows('e1', [{ ...row, finishReason: 'stop', tokens: 1, failure: null }]),
    update: () => store.runs.update('r1', { state: 'interrupted' }),
    list: () => store.runs.list(),
    changeMark: () => store.changeMark(),
  }

  it('is told by every use of the store, read or write', async () => {
    await rm(home, { recursive: true })
    for (const use of Object.values(uses)) await expect(use()).rejects.toMatchObject(gone('was removed'))
  })

  it('is told as well when another process has made a new one in its place, which stays whole', async () => {
    await rm(home, { recursive: true })
    await using second = await openStore({ home })
    for (const use of Object.values(uses))
      await expect(use()).rejects.toMatchObject(gone('was replaced by another file'))
    await store.close()
    await second.runs.create({ ...run, trainingRunId: 'r2' })
    await using third = await openStore({ home })
    expect((await third.runs.list()).map(({ trainingRunId }) => trainingRunId)).toEqual(['r2'])
  })

  it('is of use again once it is back, and a transaction that met its absence has left nothing', async () => {
    await rename(home, `${home}-away`)
    await expect(store.runs.addStep('r1', metrics)).rejects.toMatchObject(gone('was removed'))
    await rename(`${home}-away`, home)
    expect(await store.runs.steps('r1')).toEqual([])
    await store.runs.addStep('r1', metrics)
    expect(await store.runs.get('r1')).toMatchObject({ rolloutsDone: 1 })
  })

  it('ends live updates with one line, however often pages reconnect', async () => {
    const lines: string[] = []
    const signal = new AbortController().signal
    const feed = createChangeFeed({ store, signal, log: (line) => lines.push(line) })
    await rm(home, { recursive: true })
    for (let i = 0; i < 3; i++) await feed.follow(() => undefined, signal)
    expect(lines).toEqual([expect.stringContaining('gym.sqlite was removed while this process had it open')])
  })

  it('costs a write next to nothing', () => {
    const check = watchFile(store.file)
    const start = performance.now()
    for (let i = 0; i < 1000; i++) check()
    expect(performance.now() - start).toBeLessThan(500)
  })
})
