import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openStore, type RunRecord } from 'training-gym'
import { expect, it } from 'vitest'
import { runRecord, step } from './dashboard-records.js'
import { dashboardSite } from './dashboard-site.js'

const site = dashboardSite({ per: 'test' })

const markup = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
const record = (trainingRunId: string): RunRecord => ({
  ...runRecord(trainingRunId),
  model: markup,
  startPath: markup,
  config: { recipe: { [markup]: markup } },
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

it('says what to do while there is nothing, and shows a new run and its steps without a reload', async () => {
  await site.open()
  await site.page.getByText('No training run is kept here yet').waitFor()
  await site.page.evaluate(() => Object.assign(window, { isSamePage: true }))
  await using store = await openStore({ home: site.home })
  await store.runs.create(record('run-live'))
  await site.page.getByText('no step yet').waitFor()
  await store.runs.addStep('run-live', step(0))
  await site.page.getByRole('cell', { name: '1/3' }).waitFor()
  await store.runs.addStep('run-live', step(1))
  await site.page.getByRole('cell', { name: '2/3' }).waitFor()
  expect(await site.page.evaluate(() => 'isSamePage' in window)).toBe(true)
})

it('shows markup, a response of 1 MB, emoji, right-to-left text and NaN as what they are', async () => {
  const texts = [`${markup}😀 שלום مرحبا`, 'x'.repeat(1_000_000), '\u202Eevil\u0000 ']
  {
    await using store = await openStore({ home: site.home })
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
    const log = join(site.home, 'runs', 'run-hostile', 'run.log')
    await mkdir(dirname(log), { recursive: true })
    await writeFile(log, `${markup}\n${'long '.repeat(20_000)}\n${markup}\n`)
    const nothing = { ...step(0), rewardMean: Number.NaN, gradNorm: Number.POSITIVE_INFINITY }
    await store.runs.addStep('run-hostile', { ...nothing, rolloutId: 0, details: { [markup]: Number.NaN } })
  }
  await site.open()
  await site.go('#/runs', 'Which runs are learning?')
  await site.page
    .getByRole('cell', { name: /^not a number/ })
    .first()
    .waitFor()
  await site.go('#/runs/run-hostile', 'Is this run learning?')
  await site.page.getByText('Nothing to draw').first().waitFor()
  expect(await site.findings()).toEqual([])
  await site.go('#/runs/run-hostile/samples/0', 'What did it write in rollout 1?')
  expect(await site.page.getByRole('region', { name: 'Response' }).first().textContent()).toBe(texts[0])
  await site.page.getByText('The first 4,000 of 1,000,000 characters.').waitFor()
  await site.page.getByRole('button', { name: 'Show more of it' }).click()
  await site.page.getByText('The first 200,000 of 1,000,000 characters.').waitFor()
  await site.page.getByLabel('Colour tokens').selectOption('by probability')
  await site.page.getByText('the tokens cannot be shown').first().waitFor()
  expect(await site.findings()).toEqual([])
  await site.page.getByLabel('Show').selectOption('one by one, longest first')
  await site.page.getByText('Follow this prompt').first().waitFor()
  for (const hash of [
    '#/evals/eval-hostile',
    '#/compare/eval-hostile,eval-other',
    '#/deployments',
    '#/chat/dep-hostile',
  ]) {
    await site.page.evaluate((next) => {
      location.hash = next
    }, hash)
    await site.page.getByText('onerror').first().waitFor()
    expect({ hash, findings: await site.findings() }).toEqual({ hash, findings: [] })
    expect(await site.page.locator('main img, main script').count()).toBe(0)
  }
  await site.go('#/evals/eval-hostile', `What did ${markup} get right and wrong?`)
  await site.page.getByRole('button', { name: 'Read the response to row 0' }).click()
  await site.page.getByText('The first 4,000 of 1,000,000 characters.').waitFor()
  // An open response hides no button, and is closed with its list.
  const right = async (name: string) => {
    const box = await site.page.getByLabel(name, { exact: true }).boundingBox()
    return (box?.x ?? 0) + (box?.width ?? Number.POSITIVE_INFINITY)
  }
  expect(await right('Read the response to row 1')).toBeLessThan(await right('Table of the responses'))
  await site.page.getByLabel('Show').selectOption('failed')
  await site.page.getByRole('article').waitFor({ state: 'detached' })
  await site.page.getByRole('cell', { name: markup }).first().waitFor()
  expect(await site.page.locator('main img, main script').count()).toBe(0)
  expect(await site.page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(site.complaints).toEqual([])
})
