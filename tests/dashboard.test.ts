import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { EvalResult, TrainResult } from 'training-gym'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type DashboardProcess,
  goTo,
  launchBrowser,
  openDashboardPage,
  seriousFindings,
  startDashboard,
  stopDashboard,
} from './dashboard-browser.js'
import { evaluateTwice, trainTwoRuns } from './dashboard-home.js'

let browser: Browser
let home: string
let run: TrainResult
let other: TrainResult
let evals: readonly EvalResult[]
let deploymentId: string
let dashboard: DashboardProcess
let context: BrowserContext
let page: Page
let complaints: string[]

async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  ;({ context, page, complaints } = await openDashboardPage(browser, dashboard, options))
}
const go = (hash: string, heading: string) => goTo(page, hash, heading)
const findings = () => seriousFindings(page)

beforeAll(async () => {
  browser = await launchBrowser()
  home = await mkdtemp(join(tmpdir(), 'gym-page-'))
  ;({ run, other } = await trainTwoRuns(home))
  ;({ evals, deploymentId } = await evaluateTwice(home))
  dashboard = await startDashboard(home)
})
afterAll(async () => {
  await stopDashboard(dashboard)
  await browser?.close()
  await rm(home, { recursive: true, force: true })
})
afterEach(async () => {
  await context?.close()
})

describe('the page over real runs and evaluations', () => {
  const views = (): [hash: string, heading: string][] => [
    ['#/runs', 'Which runs are learning?'],
    [`#/runs/${run.trainingRunId}`, 'Is this run learning?'],
    [`#/runs/${run.trainingRunId}/samples/2`, 'What did it write in rollout 3?'],
    [`#/runs/${run.trainingRunId}/rows/0`, 'How did its answers to one prompt change?'],
    [`#/compare-runs/${run.trainingRunId},${other.trainingRunId}`, 'Which run learns better, and what was different?'],
    ['#/evals', 'How good is each model?'],
    [`#/evals/${evals[0]?.evalId}`, 'What did short get right and wrong?'],
    [`#/compare/${evals.map(({ evalId }) => evalId).join(',')}`, 'Which model is better, and on which prompts?'],
    ['#/deployments', 'What is being served?'],
    [`#/chat/${deploymentId}`, 'What does it answer?'],
  ]

  it.each(['light', 'dark'] as const)(
    'answers one question a view, %s, without a serious finding',
    async (colorScheme) => {
      await openPage({ colorScheme })
      for (const [hash, heading] of views()) {
        await go(hash, heading)
        expect({ hash, findings: await findings() }).toEqual({ hash, findings: [] })
      }
      expect(complaints).toEqual([])
    },
  )

  it('can be read at 400 % zoom: nothing but tables scrolls sideways', async () => {
    await openPage({ viewport: { width: 320, height: 256 } })
    for (const [hash, heading] of views()) {
      await go(hash, heading)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect({ hash, width }).toEqual({ hash, width: 320 })
    }
  })

  it('compares the evaluations that were ticked, with the sentence, the interval and both responses', async () => {
    await openPage()
    await go('#/evals', 'How good is each model?')
    const compare = page.getByRole('button', { name: 'Compare' })
    expect(await compare.isDisabled()).toBe(true)
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await compare.click()
    await page.getByText(/95 % interval .* 8 prompts/).waitFor()
    await page.getByText(/\d+ prompts improved/).waitFor()
    expect(await page.getByRole('article').count()).toBe(8)
    expect(await page.getByRole('region', { name: /^Response of/ }).count()).toBe(16)
  })

  it('is reached by keyboard alone', async () => {
    await openPage()
    await page.getByRole('link', { name: run.trainingRunId }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
    await page.keyboard.press('Enter')
    // Past the fields and the first run's box to its name.
    const isOnRun = () => page.evaluate((id) => document.activeElement?.textContent === id, run.trainingRunId)
    for (let presses = 0; presses < 10 && !(await isOnRun()); presses++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Is this run learning?' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.getByText('iter_0000002', { exact: true }).waitFor()
  })

  it('lets no second browser in by a used link, and says what to do', async () => {
    const used = dashboard.links.at(-1) as string
    await openPage()
    await context.close()
    context = await browser.newContext()
    page = await context.newPage()
    await page.goto(used)
    await page.getByRole('alert').getByText('open the newest link').waitFor()
  })
})
