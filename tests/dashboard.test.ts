import type { EvalResult, TrainResult } from 'training-gym'
import { describe, expect, it } from 'vitest'
import { evaluateTwice, trainTwoRuns } from './dashboard-home.js'
import { dashboardSite } from './dashboard-site.js'

let run: TrainResult
let other: TrainResult
let evals: readonly EvalResult[]
let deploymentId: string
const site = dashboardSite({
  prepare: async (home) => {
    ;({ run, other } = await trainTwoRuns(home))
    ;({ evals, deploymentId } = await evaluateTwice(home))
  },
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
      await site.open({ colorScheme })
      for (const [hash, heading] of views()) {
        await site.go(hash, heading)
        expect({ hash, findings: await site.findings() }).toEqual({ hash, findings: [] })
      }
      expect(site.complaints).toEqual([])
    },
  )

  it('says once what is not there, and where to go from an address that leads nowhere', async () => {
    await site.open()
    for (const hash of ['#/evals/eval-none', '#/runs/run-none', '#/runs/%E0%A4%A', '#/chat/none,none']) {
      await site.page.evaluate((next) => {
        location.hash = next
      }, hash)
      await site.page
        .getByRole('alert')
        .getByText(/^There is no /)
        .waitFor()
      expect({ hash, alerts: await site.page.getByRole('alert').count() }).toEqual({ hash, alerts: 1 })
    }
    await site.go(`#/compare-runs/${run.trainingRunId},${run.trainingRunId}`, 'There is no such page')
    await site.page.getByRole('main').getByRole('link', { name: 'evals' }).click()
    await site.page.getByRole('heading', { name: 'How good is each model?' }).waitFor()
    expect(site.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([])
  })

  it('says of an evaluation over how many prompts its mean was taken', async () => {
    await site.open()
    await site.go(`#/evals/${evals[0]?.evalId}`, 'What did short get right and wrong?')
    const said = (await site.page.getByText(/95 % interval/).textContent())?.replace(/\s+/g, ' ')
    expect(said).toMatch(
      /95 % interval -?[\d.]+ to -?[\d.]+, over 8 scored responses to 8 prompts; 0 abstained, 0 failed/,
    )
    await site.page.getByRole('columnheader', { name: 'Tokens' }).waitFor()
    expect(await site.page.getByRole('columnheader', { name: 'Sample', exact: true }).count()).toBe(0)
  })

  it.each([320, 640])('can be read on %i pixels: nothing but tables scrolls sideways', async (width) => {
    // Zoom of 400 % and of 200 %.
    await site.open({ viewport: { width, height: (width * 4) / 5 }, deviceScaleFactor: 1280 / width })
    for (const [hash, heading] of views()) {
      await site.go(hash, heading)
      const needed = await site.page.evaluate(() => document.documentElement.scrollWidth)
      expect({ hash, needed }).toEqual({ hash, needed: width })
    }
  })

  it('compares the evaluations that were ticked, with the sentence, the interval and both responses', async () => {
    await site.open()
    await site.go('#/evals', 'How good is each model?')
    const compare = site.page.getByRole('button', { name: 'Compare' })
    expect(await compare.isDisabled()).toBe(true)
    for (const box of await site.page.getByRole('checkbox').all()) await box.check()
    await compare.click()
    await site.page.getByText(/95 % interval .* 8 prompts/).waitFor()
    await site.page.getByText(/\d+ prompts? improved/).waitFor()
    expect(await site.page.getByRole('article').count()).toBe(8)
    expect(await site.page.getByRole('region', { name: /^Response of/ }).count()).toBe(16)
  })

  it('is reached by keyboard alone', async () => {
    await site.open()
    await site.page.getByRole('link', { name: run.trainingRunId }).waitFor()
    await site.page.keyboard.press('Tab')
    expect(await site.page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
    await site.page.keyboard.press('Enter')
    // Past the fields and the first run's box to its name.
    const isOnRun = () => site.page.evaluate((id) => document.activeElement?.textContent === id, run.trainingRunId)
    for (let presses = 0; presses < 10 && !(await isOnRun()); presses++) await site.page.keyboard.press('Tab')
    await site.page.keyboard.press('Enter')
    await site.page.getByRole('heading', { name: 'Is this run learning?' }).waitFor()
    expect(await site.page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await site.page.getByText('iter_0000002', { exact: true }).waitFor()
  })

  it('lets no second browser in by a used link, and says what to do', async () => {
    const used = site.dashboard.links.at(-1) as string
    await site.open()
    await site.openEmpty()
    await site.page.goto(used)
    await site.page.getByRole('alert').getByText('open the newest link').waitFor()
  })
})
