import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { listDeployments, openStore, stopDeployment } from 'training-gym'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import {
  cli,
  type DashboardProcess,
  goTo,
  launchBrowser,
  openDashboardPage,
  patience,
  seriousFindings,
  startDashboard,
  stopDashboard,
} from './dashboard-browser.js'

/** A model must load, and the machine may be busy. */
const longPatience = { timeout: 90_000 }

let browser: Browser
let home: string
let dashboard: DashboardProcess
let training: ChildProcess
let run: string
let context: BrowserContext
let page: Page
let complaints: string[]

const stateOf = async () => {
  await using store = await openStore({ home })
  return (await store.runs.get(run))?.state
}
const rolloutsDone = async () => {
  await using store = await openStore({ home })
  return (await store.runs.get(run))?.rolloutsDone ?? 0
}
const go = (hash: string, heading: string) => goTo(page, hash, heading)
const runCli = async (...args: string[]) => {
  const child = spawn(process.execPath, [cli, ...args, '--home', home], { cwd: home, stdio: 'pipe' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  ;({ context, page, complaints } = await openDashboardPage(browser, dashboard, options))
}

/** Presses a button of the page and the one that confirms it in the dialog. */
async function confirm(label: string, question: string | RegExp, at = page.getByRole('main')): Promise<void> {
  await at.getByRole('button', { name: label, exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: question })
  await dialog.waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', { name: label, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

beforeAll(async () => {
  browser = await launchBrowser()
  home = await mkdtemp(join(tmpdir(), 'gym-actions-'))
  // As a person would start it, in a terminal: it goes on while the page looks at it.
  const shape = ['--num-rollout', '500', '--rollout-batch-size', '2', '--n-samples-per-prompt', '3']
  const args = [cli, 'train', '--model', 'tiny-poet', ...shape, '--set', 'threads=1', '--home', home]
  training = spawn(process.execPath, args, { cwd: home, stdio: 'ignore' })
  await using store = await openStore({ home })
  run = await vi.waitFor(async () => {
    const [first] = await store.runs.list()
    expect(first?.rolloutsDone).toBeGreaterThan(0)
    return first?.trainingRunId ?? ''
  }, longPatience)
  dashboard = await startDashboard(home, [], home)
})
afterAll(async () => {
  training?.kill('SIGKILL')
  for (const { deploymentId, state } of await listDeployments({ home })) {
    if (state === 'ready') await stopDeployment(deploymentId, { home })
  }
  await stopDashboard(dashboard)
  await browser?.close()
  await rm(home, { recursive: true, force: true })
})
afterEach(async () => {
  await context?.close()
})

it('follows a run in progress with its log, stops it as Ctrl-C does, and resumes it', async () => {
  await openPage()
  await go(`#/runs/${run}`, 'Is this run learning?')
  const log = page.getByRole('region', { name: 'Log of the run' })
  await expect.poll(() => log.textContent(), patience).toContain('1/500')
  expect(await seriousFindings(page)).toEqual([])
  const seen = await rolloutsDone()
  await expect.poll(() => log.textContent(), longPatience).toContain(`${seen + 1}/500`)

  const ended = once(training, 'exit')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect(await stateOf()).toBe('running')
  await confirm('Stop', 'Stop this run?')
  // The exit code of an interrupted command: it kept what it had trained.
  expect(await ended).toEqual([130, null])
  expect(await stateOf()).toBe('interrupted')
  await expect.poll(() => log.textContent(), patience).toMatch(/ended early: .*interrupted/)

  const before = await rolloutsDone()
  await confirm('Resume', 'Resume this run?')
  await page.getByText(`training-gym train --resume ${run}`).first().waitFor()
  await expect.poll(rolloutsDone, longPatience).toBeGreaterThan(before)
  expect(await stateOf()).toBe('running')
  await confirm('Stop', 'Stop this run?')
  await expect.poll(stateOf, patience).toBe('interrupted')
  await page.getByRole('article').getByText('stopped', { exact: true }).waitFor()
  await page
    .getByRole('region', { name: /^Output of training-gym train/ })
    .getByText('stopping cleanly')
    .waitFor()
  expect(complaints).toEqual([])
})

it('serves a checkpoint, chats with it and another side by side with one seed, and stops it', async () => {
  await openPage()
  await go(`#/runs/${run}`, 'Is this run learning?')
  await confirm('Serve', /^Serve iter_/)
  const { code } = await runCli('serve', 'tiny-poet', '--detach', '--port', '0', '--threads', '1')
  expect(code).toBe(0)
  await go('#/deployments', 'What is being served?')
  const boxes = page.getByRole('checkbox')
  await expect.poll(() => boxes.count(), longPatience).toBe(2)
  for (const box of await boxes.all()) await box.check()
  await page.getByRole('button', { name: 'Chat' }).click()
  await page.getByRole('heading', { level: 1, name: 'Which answers better?' }).waitFor()
  const texts = () => page.getByRole('log').allTextContents()
  const ask = async () => {
    await page.getByLabel('Your message').fill('Write a haiku about rain.')
    await page.getByLabel('Your message').press('Enter')
    await page.getByRole('button', { name: 'Ask both' }).waitFor()
    return await texts()
  }
  await page.getByLabel('Seed').fill('7')
  const first = await ask()
  for (const text of first) expect(text.replaceAll(/\s+/g, ' ')).toMatch(/You Write a haiku about rain\..+ \S+/)
  await page.getByRole('button', { name: 'Start over' }).click()
  expect(await ask()).toEqual(first)
  expect(await seriousFindings(page)).toEqual([])
  await page.getByText('Ask tiny-poet from your own code').click()
  const answers = page.getByRole('region', { name: /^tiny-poet/ })
  expect(await answers.getByRole('region', { name: 'Code with curl' }).textContent()).toMatch(/"seed":7/)
  await answers.getByRole('combobox', { name: 'With' }).selectOption('openai')
  await page.getByText("import OpenAI from 'openai'").waitFor()

  await go('#/deployments', 'What is being served?')
  for (let left = 2; left > 0; left--) {
    await confirm('Stop', /^Stop /)
    await expect.poll(() => page.getByRole('button', { name: 'Stop' }).count(), patience).toBe(left - 1)
  }
  const states = (await listDeployments({ home })).map(({ state }) => state)
  expect(states).toEqual(['stopped', 'stopped'])
  expect(complaints).toEqual([])
})

it('evaluates a checkpoint with the reward of its run, reads its rows, and gives receipts that verify', async () => {
  await openPage()
  await go(`#/runs/${run}`, 'Is this run learning?')
  await confirm('Evaluate', /^Evaluate iter_/)
  await page.getByText(/training-gym eval --model/).waitFor()
  await go('#/evals', 'How good is each model?')
  await page.getByRole('cell', { name: 'completed' }).waitFor(longPatience)
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('heading', { level: 1, name: /get right and wrong/ }).waitFor()
  await page.getByLabel('Order').selectOption('worst first')
  await page
    .getByRole('button', { name: /^Read the response/ })
    .first()
    .click()
  await page
    .getByRole('article')
    .getByText(/^score -?\d/)
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
  // Far fewer rows are drawn than there are.
  const total = Number(/(\d+) in the list/.exec((await page.getByText(/in the list/).textContent()) ?? '')?.[1])
  expect(total).toBeGreaterThan(100)
  expect(await page.getByRole('button', { name: /^Read the response/ }).count()).toBeLessThan(60)

  // That of the evaluation, then that of the run.
  for (const format of ['JSON', 'HTML']) {
    if (format === 'HTML') await go(`#/runs/${run}`, 'Is this run learning?')
    const saving = page.waitForEvent('download')
    await page.getByRole('link', { name: format }).click()
    const file = join(home, `receipt.${format}`)
    await (await saving).saveAs(file)
    expect(await runCli('verify', file)).toEqual({ code: 0, said: expect.stringContaining('intact') })
  }
  expect(await readFile(join(home, 'receipt.HTML'), 'utf8')).toContain(run)
  const altered = join(home, 'altered.json')
  const data = await readFile(join(home, 'receipt.JSON'), 'utf8')
  await writeFile(altered, data.replace('"outcome": "scored"', '"outcome": "failed"'))
  const check = await runCli('verify', altered)
  expect(check).toEqual({ code: 1, said: expect.stringContaining('was altered: responses') })
  expect(complaints).toEqual([])
})

it('asks for the password in a browser, beyond loopback, and shows the page after it', async () => {
  const open = await startDashboard(home, ['--host', '0.0.0.0', '--password', 'correct horse'])
  context = await browser.newContext({ colorScheme: 'dark' })
  try {
    page = await context.newPage()
    await page.goto(`${open.origin}/#/runs`)
    await page.getByLabel('Password').fill('wrong password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').getByText('That is not the password.').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByLabel('Password').fill('correct horse')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: 'Which runs are learning?' }).waitFor()
    await page.getByRole('link', { name: run }).waitFor()
  } finally {
    await stopDashboard(open)
  }
})
