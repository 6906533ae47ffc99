import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../store/open-store.js'
import type { Store } from '../../store/store.js'
import { aRun, aStep } from './filled-store.test.support.js'
import { createColumnsReader } from './step-columns.js'
import { thinColumns } from './thin-columns.js'

let home: string
let store: Store
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-columns-'))
  store = await openStore({ home })
  await store.runs.create(aRun())
})
afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const run = { trainingRunId: 'run-a' }
const figure = ({ figures }: ReturnType<typeof thinColumns>, name: string) => figures.find((one) => one.name === name)

describe('the columns of a run', () => {
  it('hold every number by its path, cumulated tokens and seconds, and NaN where a step has no such figure', async () => {
    await store.runs.addStep('run-a', aStep(0, { details: { exact: 0.25 } }))
    await store.runs.addStep('run-a', aStep(1, { details: { topic: 1 }, kl: Number.NaN }))
    const { rolloutIds, tokens, seconds, figures } = await createColumnsReader(store)(run)
    expect(rolloutIds).toEqual([0, 1])
    expect(tokens).toEqual([48, 96])
    expect(seconds[1]).toBeCloseTo(4.2)
    expect(figures.get('details.exact')).toEqual([0.25, Number.NaN])
    expect(figures.get('details.topic')).toEqual([Number.NaN, 1])
    expect(figures.get('kl')).toEqual([0.01, Number.NaN])
    expect(figures.get('diversity.topLine.share')).toEqual([0.1, 0.1])
    expect(figures.has('rolloutId')).toBe(false)
  })

  it('grow with the run, and are read anew after a resume that repeats steps', async () => {
    const columnsOf = createColumnsReader(store)
    const rewards = async () => (await columnsOf(run)).figures.get('rewardMean')
    expect(await rewards()).toBeUndefined()
    for (const id of [0, 1, 2]) await store.runs.addStep('run-a', aStep(id, { rewardMean: id }))
    expect(await rewards()).toEqual([0, 1, 2])
    await store.runs.addStep('run-a', aStep(3, { rewardMean: 3 }))
    expect(await rewards()).toEqual([0, 1, 2, 3])
    await store.runs.dropStepsFrom('run-a', 2)
    expect(await rewards()).toEqual([0, 1])
    for (const id of [2, 3, 4]) await store.runs.addStep('run-a', aStep(id, { rewardMean: 10 * id }))
    expect(await rewards()).toEqual([0, 1, 20, 30, 40])
    await store.runs.dropStepsFrom('run-a', 3)
    for (const id of [3, 4, 5]) await store.runs.addStep('run-a', aStep(id, { rewardMean: 7 }))
    expect(await rewards()).toEqual([0, 1, 20, 7, 7, 7])
  })
})

describe('thinned columns', () => {
  const columnsOf = async (rewards: number[]) => {
    for (const [id, rewardMean] of rewards.entries()) await store.runs.addStep('run-a', aStep(id, { rewardMean }))
    return await createColumnsReader(store)(run)
  }

  it('keep every step where there is room', async () => {
    const series = thinColumns(await columnsOf([1, Number.POSITIVE_INFINITY, 3]), { points: 3 })
    expect(series).toMatchObject({ every: 1, total: 3, rolloutIds: [0, 1, 2] })
    expect(figure(series, 'rewardMean')).toEqual({
      name: 'rewardMean',
      mean: [1, null, 3],
      low: [1, null, 3],
      high: [1, null, 3],
    })
  })

  it('lose no peak when several steps become one point, and the last point may hold fewer', async () => {
    const series = thinColumns(await columnsOf([0, 0, 9, 0, -5, 0, 1]), { points: 3 })
    expect(series).toMatchObject({ every: 3, rolloutIds: [2, 5, 6], tokens: [144, 288, 336] })
    expect(figure(series, 'rewardMean')).toMatchObject({ mean: [3, -1.666667, 1], low: [0, -5, 1], high: [9, 0, 1] })
  })

  it('show a part of the run more closely', async () => {
    const series = thinColumns(await columnsOf([0, 1, 2, 3, 4, 5, 6, 7]), { from: 3, to: 5, points: 3 })
    expect(series).toMatchObject({ every: 1, total: 8, rolloutIds: [3, 4, 5] })
    expect(thinColumns(await columnsOf([0]), { from: 50, points: 3 }).rolloutIds).toEqual([])
  })
})
