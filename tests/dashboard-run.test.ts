import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { TrainResult } from 'training-gym'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type DashboardProcess,
  goTo,
  launchBrowser,
  openDashboardPage,
  patience,
  seriousFindings,
  startDashboard,
  stopDashboard,
} from './dashboard-browser.js'
import { trainTwoRuns } from './dashboard-home.js'

let browser: Browser
let home: string
let run: TrainResult
let other: TrainResult
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

describe('the charts of a run', () => {
  const readouts = () => page.locator('section.card .readout').allTextContents()

  it('shows one rollout across all charts while the pointer is over one, and says what its numbers mean', async () => {
    await openPage()
    await go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    await page.getByRole('heading', { name: 'What rollout 3 says' }).waitFor()
    await expect.poll(async () => (await readouts()).every((text) => text.includes('rollout 3')), patience).toBe(true)
    const box = await page.locator('.u-over').nth(2).boundingBox()
    await page.mouse.move((box?.x ?? 0) + 1, (box?.y ?? 0) + 20)
    await expect.poll(async () => (await readouts()).every((text) => text.includes('rollout 1')), patience).toBe(true)
    const explained = page.getByRole('region', { name: 'What rollout 1 says' })
    await explained
      .getByText(/normal on-policy|cut off at the length limit/)
      .first()
      .waitFor()
    await page.mouse.click((box?.x ?? 0) + 1, (box?.y ?? 0) + 20)
    await page.mouse.move(0, 0)
    await page.getByRole('button', { name: 'Follow the pointer again' }).click()
    await page.getByRole('heading', { name: 'What rollout 3 says' }).waitFor()
  })

  it('has a table of every chart, among them loss, ratio, mismatch and the parts of the time', async () => {
    await openPage()
    await go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    const titles = await page.locator('section.card h3').allTextContents()
    for (const title of ['Reward', 'Importance ratio', 'Mismatch', 'Learning rate', 'Loss', 'Time a step']) {
      expect(titles).toContain(title)
    }
    for (const title of titles) {
      await page.getByText(`${title} as a table`, { exact: true }).click()
      const rows = page.getByRole('region', { name: `${title}, table`, exact: true }).getByRole('row')
      await expect.poll(() => rows.count(), patience).toBe(4)
    }
  })

  it('looks closer by fields and by dragging, shows all again, and goes by tokens, time and logarithm', async () => {
    await openPage()
    await go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    await page.getByText('Entropy as a table').click()
    await page.getByRole('region', { name: 'Entropy, table' }).waitFor()
    const rows = () => page.getByRole('region', { name: 'Entropy, table' }).getByRole('row').count()
    const showAll = page.getByRole('button', { name: 'Show all' })
    expect([await rows(), await showAll.isDisabled()]).toEqual([4, true])
    await page.getByLabel('From rollout').fill('2')
    await page.getByLabel('From rollout').press('Enter')
    await expect.poll(rows, patience).toBe(3)
    await showAll.click()
    await expect.poll(rows, patience).toBe(4)
    await page.locator('.u-over').first().scrollIntoViewIfNeeded()
    const box = await page.locator('.u-over').first().boundingBox()
    const [left, y, width] = [box?.x ?? 0, (box?.y ?? 0) + 60, box?.width ?? 0]
    await page.mouse.move(left + 2, y)
    await page.mouse.down()
    await page.mouse.move(left + width - 2, y, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => showAll.isEnabled(), patience).toBe(true)
    await page.mouse.dblclick(left + width / 2, y)
    await expect.poll(() => showAll.isDisabled(), patience).toBe(true)
    await page.getByLabel('Along the bottom').selectOption('sampled tokens')
    await page.getByLabel(/^Smoothing/).fill('0.5')
    await page.getByLabel('Logarithmic').check()
    expect((await readouts()).length).toBeGreaterThan(8)
    expect(complaints).toEqual([])
  })
})

describe('the samples of a run', () => {
  it('shows what the model wrote, best first, its tokens coloured by probability or by advantage', async () => {
    await openPage()
    await go(`#/runs/${run.trainingRunId}/samples/0`, 'What did it write in rollout 1?')
    const card = page.getByRole('article').first()
    const best = Number(/score (-?[\d.]+)/.exec((await card.textContent()) ?? '')?.[1])
    expect(best).toBeGreaterThan(0)
    const plain = await card.getByRole('region', { name: 'Response' }).textContent()
    const tokens = card.getByRole('region', { name: 'Response by token' }).locator('span')
    await page.getByLabel('Colour tokens').selectOption('by probability')
    await tokens.first().waitFor()
    expect((await tokens.allTextContents()).join('')).toContain(plain)
    expect(await tokens.first().getAttribute('title')).toMatch(/^log-probability -?[\d.]+, push /)
    expect(await tokens.first().getAttribute('class')).toMatch(/^s\d\b/)
    await page.getByLabel('Colour tokens').selectOption('by advantage')
    await expect.poll(() => page.locator('.tokens .u1, .tokens .u2').count(), patience).toBeGreaterThan(0)
    await expect.poll(() => page.locator('.tokens .d1, .tokens .d2').count(), patience).toBeGreaterThan(0)
    expect(await findings()).toEqual([])
  })

  it('lists samples one by one, finds the suspicious, follows a prompt, and is steered by keys', async () => {
    await openPage()
    await go(`#/runs/${run.trainingRunId}/samples/0`, 'What did it write in rollout 1?')
    const cards = page.getByRole('article')
    expect(await cards.count()).toBe(6)
    await page.getByLabel('Show').selectOption('one by one, worst score first')
    await expect.poll(() => cards.first().getByText('Follow this prompt').count(), patience).toBe(1)
    const scores = (await cards.allTextContents()).map((text) => Number(/score (-?[\d.]+)/.exec(text)?.[1]))
    expect(scores).toEqual(scores.toSorted((a, b) => a - b))
    await page.getByLabel('Only').selectOption('could not be scored')
    await page.getByText('No sample of rollout 1 is like that.').waitFor()
    await page.getByLabel('Only').selectOption('all samples')
    await page.getByRole('heading', { level: 1 }).focus()
    for (const key of ['j', 'j']) await page.keyboard.press(key)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('ARTICLE')
    await page.keyboard.press('n')
    await page.getByRole('heading', { level: 1, name: 'What did it write in rollout 2?' }).waitFor()
    await page.getByText('follow it through the rollouts').first().click()
    await page.getByRole('heading', { level: 1, name: 'How did its answers to one prompt change?' }).waitFor()
    await page.getByText(/Sampled in \d rollout/).waitFor()
  })
})

describe('the list of runs', () => {
  it('finds runs by text and state, and lays chosen ones over each other with the options that differ', async () => {
    await openPage()
    const names = page.getByRole('table').getByRole('link')
    await expect.poll(() => names.count(), patience).toBe(2)
    await page.getByLabel('Find').fill(other.trainingRunId)
    await expect.poll(() => names.count(), patience).toBe(1)
    await page.getByLabel('State').selectOption('failed')
    await page.getByText('No run matches.').waitFor()
    await page.getByLabel('Find').fill('')
    await page.getByLabel('State').selectOption('any')
    await page
      .getByRole('cell', { name: /^-?\d[\d.]* ± \d/ })
      .first()
      .waitFor()
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('heading', { level: 1, name: 'Which run learns better, and what was different?' }).waitFor()
    await page.getByRole('cell', { name: 'recipe.lr' }).waitFor()
    const reward = page.getByRole('region', { name: 'Reward' })
    for (const { trainingRunId } of [run, other]) await reward.getByText(trainingRunId).waitFor()
  })
})
