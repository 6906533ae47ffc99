import type { TrainResult } from 'training-gym'
import { describe, expect, it } from 'vitest'
import { patience } from './dashboard-browser.js'
import { trainTwoRuns } from './dashboard-home.js'
import { dashboardSite } from './dashboard-site.js'

let run: TrainResult
let other: TrainResult
const site = dashboardSite({
  prepare: async (home) => {
    ;({ run, other } = await trainTwoRuns(home))
  },
})

describe('the charts of a run', () => {
  const readouts = () => site.page.locator('section.card .readout').allTextContents()

  it('shows one rollout across all charts while the pointer is over one, and says what its numbers mean', async () => {
    await site.open()
    await site.go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    await site.page.getByRole('heading', { name: 'What rollout 3 says' }).waitFor()
    await expect.poll(async () => (await readouts()).every((text) => text.includes('rollout 3')), patience).toBe(true)
    await site.page.locator('.u-over').nth(2).scrollIntoViewIfNeeded()
    const box = await site.page.locator('.u-over').nth(2).boundingBox()
    await site.page.mouse.move((box?.x ?? 0) + 1, (box?.y ?? 0) + 20)
    await expect.poll(async () => (await readouts()).every((text) => text.includes('rollout 1')), patience).toBe(true)
    const explained = site.page.getByRole('region', { name: 'What rollout 1 says' })
    await explained
      .getByText(/normal on-policy|cut off at the length limit/)
      .first()
      .waitFor()
    await site.page.mouse.click((box?.x ?? 0) + 1, (box?.y ?? 0) + 20)
    await site.page.mouse.move(0, 0)
    await site.page.getByRole('button', { name: 'Follow the pointer again' }).click()
    await site.page.getByRole('heading', { name: 'What rollout 3 says' }).waitFor()
  })

  it('explains one rollout after the other without a pointer, and marks it in the charts', async () => {
    await site.open()
    await site.go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    await site.page.getByRole('button', { name: 'Earlier' }).press('Enter')
    await site.page.getByRole('heading', { name: 'What rollout 2 says' }).waitFor()
    await expect.poll(async () => (await readouts()).every((text) => text.includes('rollout 2')), patience).toBe(true)
    await site.page.getByRole('button', { name: 'Later' }).press('Enter')
    await site.page.getByRole('heading', { name: 'What rollout 3 says' }).waitFor()
    expect(await site.page.getByRole('button', { name: 'Later' }).isDisabled()).toBe(true)
  })

  it('has a table of every chart, among them loss, ratio, mismatch and the parts of the time', async () => {
    await site.open()
    await site.go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    const titles = await site.page.locator('section.card h3').allTextContents()
    for (const title of ['Reward', 'Importance ratio', 'Mismatch', 'Learning rate', 'Loss', 'Time a step']) {
      expect(titles).toContain(title)
    }
    for (const title of titles) {
      await site.page.getByText(`${title} as a table`, { exact: true }).click()
      const rows = site.page.getByRole('region', { name: `${title}, table`, exact: true }).getByRole('row')
      await expect.poll(() => rows.count(), patience).toBe(4)
    }
  })

  it('looks closer by fields and by dragging, shows all again, and goes by tokens, time and logarithm', async () => {
    await site.open()
    await site.go(`#/runs/${run.trainingRunId}`, 'Is this run learning?')
    await site.page.getByText('Entropy as a table').click()
    await site.page.getByRole('region', { name: 'Entropy, table' }).waitFor()
    const rows = () => site.page.getByRole('region', { name: 'Entropy, table' }).getByRole('row').count()
    const showAll = site.page.getByRole('button', { name: 'Show all' })
    expect([await rows(), await showAll.isDisabled()]).toEqual([4, true])
    await site.page.getByLabel('From rollout').fill('2')
    await site.page.getByLabel('From rollout').press('Enter')
    await expect.poll(rows, patience).toBe(3)
    await showAll.click()
    await expect.poll(rows, patience).toBe(4)
    await site.page.locator('.u-over').first().scrollIntoViewIfNeeded()
    const box = await site.page.locator('.u-over').first().boundingBox()
    const [left, y, width] = [box?.x ?? 0, (box?.y ?? 0) + 60, box?.width ?? 0]
    await site.page.mouse.move(left + 2, y)
    await site.page.mouse.down()
    await site.page.mouse.move(left + width - 2, y, { steps: 5 })
    await site.page.mouse.up()
    await expect.poll(() => showAll.isEnabled(), patience).toBe(true)
    await site.page.mouse.dblclick(left + width / 2, y)
    await expect.poll(() => showAll.isDisabled(), patience).toBe(true)
    await site.page.getByLabel('Along the bottom').selectOption('sampled tokens')
    await site.page.getByLabel(/^Smoothing/).fill('0.5')
    await site.page.getByLabel('Logarithmic').check()
    expect((await readouts()).length).toBeGreaterThan(8)
    expect(site.complaints).toEqual([])
  })
})

describe('the samples of a run', () => {
  it('shows what the model wrote, best first, its tokens coloured by probability or by advantage', async () => {
    await site.open()
    await site.go(`#/runs/${run.trainingRunId}/samples/0`, 'What did it write in rollout 1?')
    const card = site.page.getByRole('article').first()
    const best = Number(/score (-?[\d.]+)/.exec((await card.textContent()) ?? '')?.[1])
    expect(best).toBeGreaterThan(0)
    const plain = await card.getByRole('region', { name: 'Response' }).textContent()
    const tokens = card.getByRole('region', { name: 'Response by token' }).locator('span')
    await site.page.getByLabel('Colour tokens').selectOption('by probability')
    await tokens.first().waitFor()
    expect((await tokens.allTextContents()).join('')).toContain(plain)
    expect(await tokens.first().getAttribute('title')).toMatch(/^log-probability -?[\d.]+, push /)
    expect(await tokens.first().getAttribute('class')).toMatch(/^s\d\b/)
    await site.page.getByLabel('Colour tokens').selectOption('by advantage')
    await expect.poll(() => site.page.locator('.tokens .u1, .tokens .u2').count(), patience).toBeGreaterThan(0)
    await expect.poll(() => site.page.locator('.tokens .d1, .tokens .d2').count(), patience).toBeGreaterThan(0)
    expect(await site.findings()).toEqual([])
  })

  it('lists samples one by one, finds the suspicious, follows a prompt, and is steered by keys', async () => {
    await site.open()
    await site.go(`#/runs/${run.trainingRunId}/samples/0`, 'What did it write in rollout 1?')
    const cards = site.page.getByRole('article')
    await expect.poll(() => cards.count(), patience).toBe(6)
    await site.page.getByLabel('Show').selectOption('one by one, worst score first')
    await expect.poll(() => cards.first().getByText('Follow this prompt').count(), patience).toBe(1)
    const scores = (await cards.allTextContents()).map((text) => Number(/score (-?[\d.]+)/.exec(text)?.[1]))
    expect(scores).toEqual(scores.toSorted((a, b) => a - b))
    await site.page.getByLabel('Only').selectOption('could not be scored')
    await site.page.getByText('No sample of rollout 1 is like that.').waitFor()
    await site.page.getByLabel('Only').selectOption('all samples')
    await expect.poll(() => cards.count(), patience).toBeGreaterThan(1)
    await site.page.getByRole('heading', { level: 1 }).focus()
    for (const key of ['j', 'j']) await site.page.keyboard.press(key)
    await expect.poll(() => site.page.evaluate(() => document.activeElement?.tagName), patience).toBe('ARTICLE')
    await site.page.getByLabel('Find').fill('e')
    await site.page.getByLabel('Colour tokens').selectOption('by probability')
    await site.page.getByRole('heading', { level: 1 }).focus()
    await site.page.keyboard.press('n')
    await site.page.getByRole('heading', { level: 1, name: 'What did it write in rollout 2?' }).waitFor()
    // What was chosen for one rollout holds for the next.
    const chosen = ['Show', 'Find', 'Colour tokens'].map((label) => site.page.getByLabel(label).inputValue())
    expect(await Promise.all(chosen)).toEqual(['worst', 'e', 'probability'])
    const field = site.page.getByLabel('Rollout, 1 to 3')
    await field.fill('999')
    await field.press('Enter')
    await site.page.getByRole('heading', { level: 1, name: 'What did it write in rollout 3?' }).waitFor()
    await field.fill('999')
    await field.press('Enter')
    expect(await field.inputValue()).toBe('3')
    await site.page.getByLabel('Find').fill('')
    await site.page.getByText('Follow this prompt').first().click()
    await site.page.getByRole('heading', { level: 1, name: 'How did its answers to one prompt change?' }).waitFor()
    await site.page.getByText(/Sampled in \d rollout/).waitFor()
  })
})

describe('the list of runs', () => {
  it('finds runs by text and state, and lays chosen ones over each other with the options that differ', async () => {
    await site.open()
    const names = site.page.getByRole('table').getByRole('link')
    await expect.poll(() => names.count(), patience).toBe(2)
    await site.page.getByLabel('Find').fill(other.trainingRunId)
    await expect.poll(() => names.count(), patience).toBe(1)
    await site.page.getByLabel('State').selectOption('failed')
    await site.page.getByText('No run matches.').waitFor()
    await site.page.getByLabel('Find').fill('')
    await site.page.getByLabel('State').selectOption('any')
    await site.page
      .getByRole('cell', { name: /^-?\d[\d.]* ± \d/ })
      .first()
      .waitFor()
    for (const box of await site.page.getByRole('checkbox').all()) await box.check()
    await site.page.getByRole('button', { name: 'Compare' }).click()
    await site.page
      .getByRole('heading', { level: 1, name: 'Which run learns better, and what was different?' })
      .waitFor()
    await site.page.getByRole('cell', { name: 'recipe.lr' }).waitFor()
    const reward = site.page.getByRole('region', { name: 'Reward' })
    for (const { trainingRunId } of [run, other]) await reward.getByText(trainingRunId).waitFor()
  })
})
