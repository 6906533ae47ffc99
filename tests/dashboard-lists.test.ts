import { openStore } from 'training-gym'
import { describe, expect, it } from 'vitest'
import { patience, startDashboard, stopDashboard } from './dashboard-browser.js'
import { runRecord } from './dashboard-records.js'
import { dashboardSite } from './dashboard-site.js'

const runIds = Array.from({ length: 120 }, (_, index) => `run-${String(index).padStart(3, '0')}`)
const evalIds = Array.from({ length: 60 }, (_, index) => `eval-${String(index).padStart(3, '0')}`)

/** More runs than fit a screen, and more evaluations than a page of their list holds. */
const site = dashboardSite({
  prepare: async (home) => {
    await using store = await openStore({ home })
    for (const [at, id] of runIds.entries()) {
      await store.runs.create({ ...runRecord(id), state: at === 0 ? 'failed' : 'completed', createdAt: at + 1 })
    }
    for (const [at, evalId] of evalIds.entries()) {
      const facts = {
        evalId,
        name: `scores of ${evalId}`,
        model: 'tiny-poet',
        modelPath: 'tiny-poet',
        deploymentId: null,
      }
      const state = { state: 'running', pid: process.pid, finishedAt: null, summary: null, error: null } as const
      await store.evals.create({ ...facts, ...state, config: {}, createdAt: at + 1 })
    }
  },
})

const said = () => site.page.getByRole('main').getByRole('status').filter({ hasText: 'chosen' }).textContent()
const tick = (name: string) => site.page.getByRole('checkbox', { name }).check()
const hash = () => new URL(site.page.url()).hash

describe('what is ticked in a list', () => {
  it('stays while the list is scrolled and searched, and on the way to the comparison and back', async () => {
    await site.open()
    await tick('choose run-119')
    const frame = site.page.getByRole('region', { name: 'Table of the runs' })
    await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await tick('choose run-001')
    await expect.poll(() => site.page.getByRole('checkbox', { name: 'choose run-119' }).count(), patience).toBe(0)
    await site.page.getByLabel('Find').fill('run-050')
    await tick('choose run-050')
    expect(await said()).toBe('3 chosen; a comparison takes 2 to 4')
    await site.page.getByRole('button', { name: 'leave out run-001' }).click()
    expect(await site.findings()).toEqual([])
    await site.page.getByRole('button', { name: 'Compare' }).click()
    await site.page.getByRole('heading', { level: 1, name: /^Which run learns better/ }).waitFor()
    // From old to new.
    expect(hash()).toBe('#/compare-runs/run-050,run-119')
    await site.page.goBack()
    await expect.poll(() => site.page.getByLabel('Find').inputValue(), patience).toBe('run-050')
    expect(await site.page.getByRole('checkbox', { name: 'choose run-050' }).isChecked()).toBe(true)
    await site.page.getByRole('button', { name: 'Choose none' }).click()
    expect(await said()).toBe('0 chosen; a comparison takes 2 to 4')
    expect(await site.page.getByRole('checkbox', { name: 'choose run-050' }).isChecked()).toBe(false)
    expect(site.complaints).toEqual([])
  })

  it('stays on another page of the evaluations, and is compared from old to new', async () => {
    await site.open()
    await site.go('#/evals', 'How good is each model?')
    await tick('eval-059')
    await site.page.getByRole('button', { name: 'Later' }).click()
    await tick('eval-003')
    await site.page.getByRole('button', { name: 'leave out scores of eval-059' }).waitFor()
    await site.page.getByRole('button', { name: 'Compare' }).click()
    await site.page.getByRole('heading', { level: 1, name: /^Which model is better/ }).waitFor()
    expect(hash()).toBe('#/compare/eval-003,eval-059')
    await site.page.goBack()
    await site.page.getByText('51 to 60 of 60 evaluations').waitFor()
  })
})

describe('an address', () => {
  it('keeps what a list was searched for: Back and a reload find it again', async () => {
    await site.open()
    await site.page.getByLabel('Find').fill('run-00')
    await site.page.getByLabel('State').selectOption('failed')
    await site.page.getByRole('link', { name: 'run-000' }).click()
    await site.page.getByRole('heading', { level: 1, name: 'Is this run learning?' }).waitFor()
    await site.page.goBack()
    await site.page.getByText('1 in the list').waitFor()
    await site.page.reload()
    await site.page.getByText('1 in the list').waitFor()
    expect([await site.page.getByLabel('Find').inputValue(), hash()]).toEqual(['run-00', '#/?find=run-00&state=failed'])
    await site.page.getByRole('link', { name: 'Runs', exact: true }).click()
    await site.page.getByText('120 in the list').waitFor()
  })
})

describe('a dashboard that was started anew', () => {
  it('is told of, says how to be let in, and the page comes alive by itself', async () => {
    const first = await startDashboard(site.home)
    const again = ['--port', new URL(first.origin).port]
    await site.openEmpty()
    await site.page.goto(first.links[0] ?? '')
    const live = site.page.getByText('live', { exact: true })
    await live.waitFor()
    const alerts = () => site.page.getByRole('alert').allTextContents()
    await stopDashboard(first)
    await expect.poll(alerts, patience).toEqual([expect.stringContaining('does not answer')])
    // Each part of a view that could not be read would say so too.
    await site.go('#/runs/run-000', 'Is this run learning?')
    expect(await alerts()).toHaveLength(1)

    const second = await startDashboard(site.home, again)
    try {
      await expect.poll(alerts, patience).toEqual([expect.stringContaining('open the newest link')])
      const other = await site.page.context().newPage()
      await other.goto(second.links[0] ?? '')
      await live.waitFor(patience)
      // Of a run that has failed, nothing more is promised.
      await site.page.getByText('No rollout was finished.').waitFor()
      await site.page.getByText('None was written.').waitFor()
      expect(await alerts()).toEqual([])
    } finally {
      await stopDashboard(second)
    }
  })
})
