import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import {
  DeploymentConfig,
  EvalConfig,
  type EvalResult,
  GrpoRecipe,
  InMemoryDataset,
  openStore,
  type Reward,
  type RunRecord,
  type StepMetrics,
  TrainConfig,
} from 'training-gym'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const model = at('../packages/engine/fixtures/qwen3-tied')

let browser: Browser
let home: string
let run: { trainingRunId: string; metrics: readonly StepMetrics[] }
let other: { trainingRunId: string }
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
  const dataset = new InMemoryDataset({
    rows: ['rain', 'old pond', 'moon', 'frost', 'wind', 'crow', 'snow', 'tea'].map((input) => ({ input })),
    inputColumn: 'input',
  })
  const reward: Reward = ({ response }) => ({ score: response.length, isLong: response.length > 5 })
  const onProgress = () => {}
  const options = {
    customRmFunction: reward,
    numRollout: 3,
    rolloutBatchSize: 2,
    nSamplesPerPrompt: 3,
    rolloutMaxResponseLen: 6,
    truncatedSamples: 'keep',
    saveInterval: 2,
    threads: 1,
  } as const
  const train = (recipe: GrpoRecipe) => new TrainConfig({ model, dataset, recipe }).train({ home, onProgress })
  other = await train(new GrpoRecipe({ ...options, lr: 1e-3, numRollout: 2 }))
  run = await train(new GrpoRecipe(options))
  await using deployment = await new DeploymentConfig({ model }).serve({ home, onProgress })
  const results: EvalResult[] = []
  for (const [name, max_tokens] of [
    ['short', 2],
    ['long', 8],
  ] as const) {
    const config = new EvalConfig({ dataset, reward, name, generateKwargs: { max_tokens, temperature: 1 } })
    results.push(await config.evaluate(deployment, { home, onProgress }))
  }
  evals = results
  deploymentId = deployment.deploymentId
})
afterAll(async () => {
  await browser?.close()
  await rm(home, { recursive: true, force: true })
})
afterEach(async () => {
  await context?.close()
})

describe('over a real run', () => {
  beforeAll(async () => {
    dashboard = await startDashboard(home)
  })
  afterAll(() => stopDashboard(dashboard))

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

describe('over a store that changes and is hostile', () => {
  let folder: string
  const markup = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
  const record = (trainingRunId: string): RunRecord => ({
    trainingRunId,
    state: 'running',
    model: markup,
    startPath: markup,
    recipe: 'grpo',
    config: { recipe: { [markup]: markup } },
    seed: 1,
    numRollout: 3,
    rolloutsDone: 0,
    pid: process.pid,
    createdAt: 1,
    finishedAt: null,
    error: null,
  })

  async function keepHostileEvals(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
    for (const evalId of ['eval-hostile', 'eval-other']) {
      const facts = { evalId, name: markup, model: markup, modelPath: markup, deploymentId: null, config: { seed: 1 } }
      const start = { state: 'running', pid: null, createdAt: 1, finishedAt: null, summary: null, error: null } as const
      await store.evals.create({ ...facts, ...start })
      const texts = ['x'.repeat(1_000_000), '', `${markup}😀 שלום`]
      const rows = texts.map((response, rowIndex) => ({
        ...{ rowIndex, sampleIndex: 0, promptKey: `key-${rowIndex}`, prompt: markup, response, score: rowIndex },
        ...{ metadata: { [markup]: Number.NaN }, finishReason: 'length' as const, tokens: 1, failure: null },
      }))
      const failure = { boundary: 'provider', message: markup } as const
      await store.evals.addRows(evalId, rows)
      const [first] = rows
      if (first !== undefined) {
        await store.evals.addRows(evalId, [{ ...first, rowIndex: 3, response: '', score: null, failure }])
      }
      await store.evals.finish(evalId, { state: 'failed', finishedAt: 2, summary: null, error: markup })
    }
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gym-page-'))
    dashboard = await startDashboard(folder)
  })
  afterEach(async () => {
    await stopDashboard(dashboard)
    await rm(folder, { recursive: true, force: true })
  })

  it('says what to do while there is nothing, and shows a new run and its steps without a reload', async () => {
    await openPage()
    await page.getByText('No training run is kept here yet').waitFor()
    await page.evaluate(() => Object.assign(window, { isSamePage: true }))
    await using store = await openStore({ home: folder })
    await store.runs.create(record('run-live'))
    await page.getByText('no step yet').waitFor()
    await store.runs.addStep('run-live', run.metrics[0] as StepMetrics)
    await page.getByRole('cell', { name: '1/3' }).waitFor()
    await store.runs.addStep('run-live', run.metrics[1] as StepMetrics)
    await page.getByRole('cell', { name: '2/3' }).waitFor()
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true)
  })

  it('shows markup, a response of 1 MB, emoji, right-to-left text and NaN as what they are', async () => {
    const texts = [`${markup}😀 שלום مرحبا`, 'x'.repeat(1_000_000), '\u202Eevil\u0000 ']
    {
      await using store = await openStore({ home: folder })
      await store.runs.create(record('run-hostile'))
      await store.runs.addSamples(
        'run-hostile',
        texts.map((response, sampleIndex) => ({
          rolloutId: 0,
          groupIndex: 0,
          sampleIndex,
          rowIndex: 0,
          input: markup,
          response,
          score: -sampleIndex,
          advantage: null,
          tokenIds: [1],
          logprobs: [Number.NaN],
          finishReason: 'length' as const,
          details: { [markup]: markup },
        })),
      )
      await keepHostileEvals(store)
      await store.deployments.put({
        ...{
          deploymentId: 'dep-hostile',
          state: 'failed',
          appName: markup,
          servedModelName: markup,
          modelPath: markup,
        },
        ...{ url: null, pid: null, isDetached: false, createdAt: 1, stoppedAt: 2, error: markup },
      })
      const log = join(folder, 'runs', 'run-hostile', 'run.log')
      await mkdir(dirname(log), { recursive: true })
      await writeFile(log, `${markup}\n${'long '.repeat(20_000)}\n${markup}\n`)
      const nothing = { ...(run.metrics[0] as StepMetrics), rewardMean: Number.NaN, gradNorm: Number.POSITIVE_INFINITY }
      await store.runs.addStep('run-hostile', { ...nothing, rolloutId: 0, details: { [markup]: Number.NaN } })
    }
    await openPage()
    await go('#/runs', 'Which runs are learning?')
    await page
      .getByRole('cell', { name: /^not a number/ })
      .first()
      .waitFor()
    await go('#/runs/run-hostile', 'Is this run learning?')
    await page.getByText('Nothing to draw').first().waitFor()
    expect(await findings()).toEqual([])
    await go('#/runs/run-hostile/samples/0', 'What did it write in rollout 1?')
    expect(await page.getByRole('region', { name: 'Response' }).first().textContent()).toBe(texts[0])
    await page.getByText('The first 4,000 of 1,000,000 characters.').waitFor()
    await page.getByRole('button', { name: 'Show more of it' }).click()
    await page.getByText('The first 200,000 of 1,000,000 characters.').waitFor()
    await page.getByLabel('Colour tokens').selectOption('by probability')
    await page.getByText('the tokens cannot be shown').first().waitFor()
    expect(await findings()).toEqual([])
    await page.getByLabel('Show').selectOption('one by one, longest first')
    await page.getByText('Follow this prompt').first().waitFor()
    for (const hash of [
      '#/evals/eval-hostile',
      '#/compare/eval-hostile,eval-other',
      '#/deployments',
      '#/chat/dep-hostile',
    ]) {
      await page.evaluate((next) => {
        location.hash = next
      }, hash)
      await page.getByText('onerror').first().waitFor()
      expect({ hash, findings: await findings() }).toEqual({ hash, findings: [] })
      expect(await page.locator('main img, main script').count()).toBe(0)
    }
    await go('#/evals/eval-hostile', `What did ${markup} get right and wrong?`)
    await page.getByRole('button', { name: 'Read the response to row 0.0' }).click()
    await page.getByText('The first 4,000 of 1,000,000 characters.').waitFor()
    await page.getByLabel('Show').selectOption('failed')
    await page.getByRole('cell', { name: markup }).first().waitFor()
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    expect(complaints).toEqual([])
  })
})
