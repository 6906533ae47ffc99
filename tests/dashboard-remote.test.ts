import { openStore, type RunRecord } from 'training-gym'
import { describe, expect, it } from 'vitest'
import { aStep } from '../packages/gym/src/server/dashboard/filled-store.test.support.js'
import { patience } from './dashboard-browser.js'
import { dashboardSite } from './dashboard-site.js'

/** Nobody answers at this address: whatever the page shows of the run comes from the store. */
const compute = { kind: 'ray', address: 'http://127.0.0.1:9' } as const

function aRemoteRun(trainingRunId: string, token: string): RunRecord {
  return {
    trainingRunId,
    state: 'running',
    model: 'Qwen3-4B',
    startPath: '/models/Qwen3-4B',
    recipe: 'slime',
    config: {
      recipe: { kind: 'slime', saveInterval: 2, env: { HF_TOKEN: token }, wandbKey: 'wandb-of-ann' },
      dataset: { name: 'rows', rows: 5 },
    },
    seed: 0,
    numRollout: 8,
    rolloutsDone: 0,
    pid: null,
    createdAt: 1_795_000_000_000,
    finishedAt: null,
    error: null,
    costUsd: 12.5,
    remote: {
      compute,
      process: { kind: 'ray', name: `train-${trainingRunId}` },
      paths: { data: '/data', checkpoints: '/checkpoints', hfCheckpoint: '/models/Qwen3-4B' },
      shape: { numRollout: 8, rolloutBatchSize: 1, nSamplesPerPrompt: 2, stepsPerRollout: 1 },
      gpu: 'H100:8',
      costPerHour: null,
      starts: [{ startRollout: 0, startedAt: 1_795_000_000_000, endedAt: null, exitCode: null }],
    },
  }
}

const site = dashboardSite({
  prepare: async (home) => {
    await using store = await openStore({ home })
    for (const [id, token] of [
      ['run-ann', 'hf_of-ann-1'],
      ['run-bob', 'hf_of-ann-2'],
    ] as const) {
      await store.runs.create(aRemoteRun(id, token))
      for (const rolloutId of [0, 1, 2, 3, 4, 5]) await store.runs.addStep(id, aStep(rolloutId))
    }
    const checkpoint = { trainingRunId: 'run-ann', rolloutId: 1, path: '/checkpoints/iter_0000001_hf' }
    await store.checkpoints.settle([{ ...checkpoint, createdAt: 1_795_000_100_000 }], [])
    await store.checkpoints.add({ ...checkpoint, rolloutId: 3, createdAt: null })
  },
})

describe('the page over runs elsewhere', () => {
  it('lists their checkpoints with what the store knows of each, and what to type', async () => {
    await site.open()
    await site.go('#/runs/run-ann', 'Is this run learning?')
    const rows = site.page.getByRole('row').filter({ hasText: 'iter_' })
    await expect.poll(() => rows.count(), patience).toBe(3)
    const cells = await Promise.all((await rows.all()).map((row) => row.getByRole('cell').allTextContents()))
    const [unknown, announced, listed] = cells.map((texts) => texts.map((text) => text.trim()))
    expect(unknown?.slice(0, 4)).toEqual(['iter_0000005', '6', '–', 'not known here'])
    expect(unknown?.[4]).toMatch(/the record does not tell .* Ask: training-gym checkpoints run-ann$/)
    expect(announced?.slice(0, 4)).toEqual(['iter_0000003', '4', '–', 'yes, where it trained'])
    expect(announced?.[4]).toMatch(/training-gym checkpoints run-ann --download iter_0000003$/)
    expect(listed?.slice(0, 2)).toEqual(['iter_0000001', '2'])
    expect(listed?.[2]).toMatch(/\d/)
    expect(await rows.getByRole('button').count()).toBe(0)
    await site.page.getByText('on ray, H100:8').waitFor()
    await site.page.getByText('$12.50 so far').waitFor()
    await site.page.getByText('training-gym logs run-ann').waitFor()
    expect(await site.findings()).toEqual([])
    expect(site.complaints).toEqual([])
  })

  it('names their secrets and never gets them, and tells runs with different ones apart', async () => {
    await site.open()
    const received: string[] = []
    // All but the stream of changes, which never ends.
    await site.page.route(/\/api\/v1\/(?!events)/, async (route) => {
      const response = await route.fetch()
      received.push(await response.text())
      await route.fulfill({ response })
    })
    await site.go('#/runs/run-ann', 'Is this run learning?')
    const option = site.page.getByRole('row').filter({ hasText: 'recipe.env.HF_TOKEN' })
    await option.getByText('not shown', { exact: true }).waitFor()
    await site.go('#/compare-runs/run-ann,run-bob', 'Which run learns better, and what was different?')
    await option.waitFor()
    expect((await option.getByRole('cell').allTextContents()).slice(1)).toEqual([
      'secret A, not shown',
      'secret B, not shown',
    ])
    expect(await site.page.getByText('recipe.wandbKey').count()).toBe(0)
    await site.page.unrouteAll({ behavior: 'wait' })
    expect(received.some((body) => body.includes('env.HF_TOKEN'))).toBe(true)
    expect(received.filter((body) => body.includes('of-ann-') || body.includes('wandb-of-ann'))).toEqual([])
  })

  it('can be read on a phone: nothing but tables scrolls sideways', async () => {
    await site.open({ viewport: { width: 320, height: 600 } })
    await site.go('#/runs/run-ann', 'Is this run learning?')
    await site.page.getByText('iter_0000005', { exact: true }).waitFor()
    expect(await site.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  })
})
