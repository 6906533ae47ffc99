import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listDeployments, openStore, stopDeployment } from 'training-gym'
import { afterAll, expect, it, vi } from 'vitest'
import { cli, patience, startDashboard, stopDashboard } from './dashboard-browser.js'
import { dashboardSite } from './dashboard-site.js'

/** A model must load, and the machine may be busy. */
const longPatience = { timeout: 90_000 }

let training: ChildProcess
let run: string
const site = dashboardSite({
  startsInHome: true,
  prepare: async (home) => {
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
  },
})
afterAll(async () => {
  training?.kill('SIGKILL')
  for (const { deploymentId, state } of await listDeployments({ home: site.home })) {
    if (state === 'ready') await stopDeployment(deploymentId, { home: site.home })
  }
})

const stateOf = async () => {
  await using store = await openStore({ home: site.home })
  return (await store.runs.get(run))?.state
}
const rolloutsDone = async () => {
  await using store = await openStore({ home: site.home })
  return (await store.runs.get(run))?.rolloutsDone ?? 0
}
const runCli = async (...args: string[]) => {
  const child = spawn(process.execPath, [cli, ...args, '--home', site.home], { cwd: site.home, stdio: 'pipe' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

/** Presses a button of the page and the one that confirms it in the dialog. */
async function confirm(label: string, question: string | RegExp, at = site.page.getByRole('main')): Promise<void> {
  await at.getByRole('button', { name: label, exact: true }).first().click()
  const dialog = site.page.getByRole('dialog', { name: question })
  await dialog.waitFor()
  expect(await site.findings()).toEqual([])
  await dialog.getByRole('button', { name: label, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

it('follows a run in progress with its log, stops it as Ctrl-C does, and resumes it', async () => {
  await site.open()
  await site.go(`#/runs/${run}`, 'Is this run learning?')
  const log = site.page.getByRole('region', { name: 'Log of the run' })
  await expect.poll(() => log.textContent(), patience).toContain('1/500')
  expect(await site.findings()).toEqual([])
  const seen = await rolloutsDone()
  await expect.poll(() => log.textContent(), longPatience).toContain(`${seen + 1}/500`)

  const ended = once(training, 'exit')
  await site.page.getByRole('button', { name: 'Stop', exact: true }).click()
  await site.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect(await stateOf()).toBe('running')
  await confirm('Stop', 'Stop this run?')
  // The exit code of an interrupted command: it kept what it had trained.
  expect(await ended).toEqual([130, null])
  expect(await stateOf()).toBe('interrupted')
  await expect.poll(() => log.textContent(), patience).toMatch(/ended early: .*interrupted/)

  const before = await rolloutsDone()
  await confirm('Resume', 'Resume this run?')
  await site.page.getByText(`training-gym train --resume ${run}`).first().waitFor()
  await expect.poll(rolloutsDone, longPatience).toBeGreaterThan(before)
  expect(await stateOf()).toBe('running')
  // What was said of the stop before is over.
  await site.page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
  expect(await site.page.getByText(/asked to stop/).count()).toBe(0)
  await confirm('Stop', 'Stop this run?')
  await expect.poll(stateOf, patience).toBe('interrupted')
  await site.page.getByRole('article').getByText('stopped', { exact: true }).waitFor()
  const output = site.page.getByRole('region', { name: /^Output of training-gym train/ })
  await output.getByText('stopping cleanly').waitFor()
  const hiddenBelow = () => output.evaluate((box) => box.scrollHeight - box.clientHeight - Math.ceil(box.scrollTop))
  await expect.poll(hiddenBelow, patience).toBeLessThanOrEqual(0)
  expect(await output.evaluate((box) => box.scrollTop)).toBeGreaterThan(0)
  expect(site.complaints).toEqual([])
})

it('serves a checkpoint, chats with it and another side by side with one seed, and stops it', async () => {
  await site.open()
  await site.go(`#/runs/${run}`, 'Is this run learning?')
  await confirm('Serve', /^Serve iter_/)
  const { code } = await runCli('serve', 'tiny-poet', '--detach', '--port', '0', '--threads', '1')
  expect(code).toBe(0)
  await site.go('#/deployments', 'What is being served?')
  const boxes = site.page.getByRole('checkbox')
  await expect.poll(() => boxes.count(), longPatience).toBe(2)
  // Checkpoints of all runs have the same names: the link tells which run this one is of.
  await site.page.getByRole('row').filter({ hasText: 'iter_' }).getByRole('link', { name: run }).waitFor()
  for (const box of await boxes.all()) await box.check()
  await site.page.getByRole('button', { name: 'Chat' }).click()
  await site.page.getByRole('heading', { level: 1, name: 'Which answers better?' }).waitFor()
  const texts = () => site.page.getByRole('log').allTextContents()
  const ask = async () => {
    await site.page.getByLabel('Your message').fill('Write a haiku about rain.')
    await site.page.getByLabel('Your message').press('Enter')
    await site.page.getByRole('button', { name: 'Ask both' }).waitFor()
    return await texts()
  }
  await site.page.getByLabel('Seed').fill('7')
  const first = await ask()
  for (const text of first) expect(text.replaceAll(/\s+/g, ' ')).toMatch(/You Write a haiku about rain\..+ \S+/)
  await site.page.getByRole('button', { name: 'Start over' }).click()
  expect(await ask()).toEqual(first)
  expect(await site.findings()).toEqual([])
  // Broken off before anything came.
  const chats = '**/api/v1/deployments/*/chat'
  await site.page.route(chats, () => undefined)
  await site.page.getByRole('button', { name: 'Start over' }).click()
  await site.page.getByLabel('Your message').fill('held')
  await site.page.getByLabel('Your message').press('Enter')
  await site.page.getByRole('button', { name: 'Break off' }).click()
  for (const text of await texts()) expect(text.replaceAll(/\s+/g, ' ')).toMatch(/^You held \S+ broken off$/)
  await site.page.unroute(chats)
  await site.page.getByRole('button', { name: 'Start over' }).click()
  expect(await ask()).toEqual(first)
  // Asked by Enter as by the button, which looks at the fields first; what nobody answered can be asked again.
  const message = site.page.getByLabel('Your message')
  await message.fill('too hot')
  await site.page.getByLabel('Temperature').fill('50')
  await message.press('Enter')
  expect([await message.inputValue(), await texts()]).toEqual(['too hot', first])
  await site.page.getByLabel('Temperature').fill('1')
  const tooLong = 'rain '.repeat(3_000).trim()
  await message.fill(tooLong)
  await message.press('Enter')
  await site.page.getByRole('alert').nth(1).waitFor()
  await expect.poll(() => message.inputValue(), patience).toBe(tooLong)
  await site.page.getByText('Ask tiny-poet from your own code').click()
  const answers = site.page.getByRole('region', { name: /^tiny-poet/ })
  expect(await answers.getByRole('region', { name: 'Code with curl' }).textContent()).toMatch(/"seed":7/)
  await answers.getByRole('combobox', { name: 'With' }).selectOption('openai')
  await site.page.getByText("import OpenAI from 'openai'").waitFor()

  await site.go('#/deployments', 'What is being served?')
  for (let left = 2; left > 0; left--) {
    await confirm('Stop', /^Stop /)
    await expect.poll(() => site.page.getByRole('button', { name: 'Stop' }).count(), patience).toBe(left - 1)
  }
  const states = (await listDeployments({ home: site.home })).map(({ state }) => state)
  expect(states).toEqual(['stopped', 'stopped'])
  // Of what was too long to be answered, the browser complains as well.
  expect(site.complaints.filter((complaint) => !complaint.includes('502'))).toEqual([])
})

it('evaluates a checkpoint with the reward of its run, reads its rows, and gives receipts that verify', async () => {
  await site.open()
  await site.go(`#/runs/${run}`, 'Is this run learning?')
  await confirm('Evaluate', /^Evaluate iter_/)
  await site.page.getByText(/training-gym eval --model/).waitFor()
  await site.go('#/evals', 'How good is each model?')
  await site.page.getByRole('cell', { name: 'completed' }).waitFor(longPatience)
  await site.page.getByRole('table').getByRole('link', { name: run, exact: true }).waitFor()
  await site.page.getByRole('table').getByRole('link').first().click()
  await site.page.getByRole('heading', { level: 1, name: /get right and wrong/ }).waitFor()
  await site.page.getByLabel('Order').selectOption('worst first')
  await site.page
    .getByRole('button', { name: /^Read the response/ })
    .first()
    .click()
  await site.page
    .getByRole('article')
    .getByText(/^score -?\d/)
    .waitFor()
  expect(await site.findings()).toEqual([])
  // Far fewer rows are drawn than there are.
  const total = Number(/(\d+) in the list/.exec((await site.page.getByText(/in the list/).textContent()) ?? '')?.[1])
  expect(total).toBeGreaterThan(100)
  expect(await site.page.getByRole('button', { name: /^Read the response/ }).count()).toBeLessThan(60)

  // That of the evaluation, then that of the run.
  for (const format of ['JSON', 'HTML']) {
    if (format === 'HTML') await site.go(`#/runs/${run}`, 'Is this run learning?')
    const saving = site.page.waitForEvent('download')
    await site.page.getByRole('link', { name: format }).click()
    const file = join(site.home, `receipt.${format}`)
    await (await saving).saveAs(file)
    expect(await runCli('verify', file)).toEqual({ code: 0, said: expect.stringContaining('intact') })
  }
  expect(await readFile(join(site.home, 'receipt.HTML'), 'utf8')).toContain(run)
  const altered = join(site.home, 'altered.json')
  const data = await readFile(join(site.home, 'receipt.JSON'), 'utf8')
  await writeFile(altered, data.replace('"outcome": "scored"', '"outcome": "failed"'))
  const check = await runCli('verify', altered)
  expect(check).toEqual({ code: 1, said: expect.stringContaining('was altered: responses') })
  expect(site.complaints).toEqual([])
})

it('asks for the password in a browser, beyond loopback, and shows the page after it', async () => {
  const open = await startDashboard(site.home, ['--host', '0.0.0.0', '--password', 'correct horse'])
  try {
    await site.openEmpty({ colorScheme: 'dark' })
    await site.page.goto(`${open.origin}/#/runs?state=interrupted`)
    await site.page.getByLabel('Password').fill('wrong password')
    await site.page.getByRole('button', { name: 'Log in' }).click()
    await site.page.getByRole('alert').getByText('That is not the password.').waitFor()
    expect(await site.findings()).toEqual([])
    await site.page.getByLabel('Password').fill('correct horse')
    await site.page.getByRole('button', { name: 'Log in' }).click()
    await site.page.getByRole('heading', { name: 'Which runs are learning?' }).waitFor()
    await site.page.getByRole('link', { name: run }).waitFor()
    expect(await site.page.getByLabel('State').inputValue()).toBe('interrupted')
  } finally {
    await stopDashboard(open)
  }
})
