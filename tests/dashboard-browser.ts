import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

export const cli = fileURLToPath(new URL('../packages/gym/dist/cli/main.js', import.meta.url))
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The machine that runs this may be busy. */
export const patience = { timeout: 20_000 }

/** The real command, running. */
export interface DashboardProcess {
  readonly child: ChildProcess
  readonly origin: string
  /** Links that it has printed and nobody has used. */
  links: string[]
}

/** A page that was let in, in a browser of its own. */
export interface OpenedPage {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors on its console, and requests to anywhere else. */
  readonly complaints: string[]
}

/** Starts the browser that the tests share. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags })
}

/** Starts the real command and waits for the link that it prints. */
export async function startDashboard(
  folder: string,
  args: readonly string[] = [],
  cwd?: string,
): Promise<DashboardProcess> {
  const command = [cli, 'dashboard', '--port', '0', '--no-open', '--home', folder, '--json', ...args]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], cwd })
  const links: string[] = []
  let printed = ''
  for await (const text of child.stdout) {
    printed += text
    if (printed.includes('}')) break
  }
  const { link, origin } = JSON.parse(printed) as { link: string; origin: string }
  links.push(link)
  const dashboard: DashboardProcess = { child, origin, links }
  child.stderr.on('data', (text) => dashboard.links.push(...(String(text).match(/http:\S+/g) ?? [])))
  return dashboard
}

/** Stops it as a closed terminal would. */
export async function stopDashboard(dashboard: DashboardProcess | undefined): Promise<void> {
  if (dashboard === undefined || dashboard.child.exitCode !== null) return
  const closed = once(dashboard.child, 'close')
  dashboard.child.kill('SIGTERM')
  await closed
}

/** Opens a page by the newest link, which lets one browser in; the command then prints the next. */
export async function openDashboardPage(
  browser: Browser,
  dashboard: DashboardProcess,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(dashboard.origin)) complaints.push(`asked for ${request.url()}`)
  })
  await expect.poll(() => dashboard.links.length, patience).toBeGreaterThan(0)
  const link = dashboard.links.at(-1) as string
  dashboard.links = []
  await page.goto(link)
  return { context, page, complaints }
}

/** Goes to a view and waits until it has read what it shows. */
export async function goTo(page: Page, hash: string, heading: string): Promise<void> {
  await page.evaluate((next) => {
    location.hash = next
  }, hash)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  await page
    .getByText(/^Reading /)
    .first()
    .waitFor({ state: 'detached' })
}

/** Lists what axe finds serious on a page. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
    }
    return (await axe.run()).violations
  })
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
}
