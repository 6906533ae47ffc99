// Measures the web page over a store, best one that bench/fill-store.mjs made:
//   npm run build && node bench/dashboard.mjs FOLDER [--run run-long] [--repeats 9] [--chromium /usr/bin/chromium]
// Prints a Markdown table: the API's answers, the time from an empty tab to a page that says something, how smoothly the
// long lists scroll, and what the page weighs. A "cold" answer is the first of a new process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'

const text = { type: 'string' }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { run: text, repeats: text, chromium: text },
})
const [home] = positionals
if (home === undefined) throw new Error('name the folder of a store: node bench/dashboard.mjs FOLDER')
const run = values.run ?? 'run-long'
const repeats = Number(values.repeats ?? 9)
const at = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Starts the real command; gives its origin and the cookie of a browser that was let in. */
async function startDashboard() {
  const args = [
    at('../packages/gym/dist/cli/main.js'),
    'dashboard',
    '--port',
    '0',
    '--no-open',
    '--home',
    home,
    '--json',
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let printed = ''
  for await (const part of child.stdout) {
    printed += part
    if (printed.includes('}')) break
  }
  const { link, origin } = JSON.parse(printed)
  const opened = await fetch(link, { redirect: 'manual' })
  return { child, origin, cookie: opened.headers.get('set-cookie').split(';')[0] }
}

async function stop({ child }) {
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

async function timed(dashboard, path) {
  const startedAt = performance.now()
  const response = await fetch(`${dashboard.origin}/api/v1/${path}`, { headers: { cookie: dashboard.cookie } })
  const body = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${body.slice(0, 200)}`)
  return { ms: performance.now() - startedAt, bytes: body.length }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`)

/** Seconds from an empty tab until a selector is on the screen, and the longest time that the page was busy. */
async function paint(context, dashboard, hash, selector) {
  const page = await context.newPage()
  await page.goto(`${dashboard.origin}/#${hash}`)
  await page.waitForSelector(selector)
  const elapsed = await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now()))),
  )
  await page.close()
  return elapsed
}

/** Frames of a scroll through something: how many, and how long the slowest took. */
async function scrolled(context, dashboard, hash, selector) {
  const page = await context.newPage()
  await page.goto(`${dashboard.origin}/#${hash}`)
  await page.waitForSelector(selector)
  const frames = await page.evaluate(async (frame) => {
    const box = document.querySelector(frame) ?? document.scrollingElement
    const gaps = []
    let before = performance.now()
    for (let step = 0; step < 120; step++) {
      box.scrollBy(0, 120)
      const now = await new Promise((resolve) => requestAnimationFrame(resolve))
      gaps.push(now - before)
      before = now
    }
    return gaps.slice(1)
  }, '.frame')
  await page.close()
  return frames
}

const paths = [
  ['the list of runs, 100 of them', 'runs?limit=100'],
  ['figures of the whole run, 400 points', `runs/${run}/series?points=400`],
  ['figures of a hundredth of it', `runs/${run}/series?points=400&from=10000&to=10199`],
  ['one step explained', `runs/${run}/steps/15000`],
  ['8 groups of one step', `runs/${run}/steps/15000/groups?limit=8`],
  ['the longest samples of one step', `runs/${run}/steps/15000/samples?order=longest&limit=60`],
  ['one prompt through the rollouts', `runs/${run}/rows/19?limit=10`],
]
row('what', 'cold', `median of ${repeats}`, 'bytes')
row('---', '---', '---', '---')
for (const [name, path] of paths) {
  const dashboard = await startDashboard()
  const cold = await timed(dashboard, path)
  const warm = []
  for (let index = 0; index < repeats; index++) warm.push((await timed(dashboard, path)).ms)
  row(name, ms(cold.ms), ms(median(warm)), cold.bytes.toLocaleString('en'))
  await stop(dashboard)
}

const flags = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
const browser = await chromium.launch({ executablePath: values.chromium ?? '/usr/bin/chromium', args: flags })
const views = [
  ['paint: the list of runs', '/runs', 'main td a'],
  ['paint: the run, with charts and explanation', `/runs/${run}`, 'section[aria-label="Reward"] canvas'],
  ['paint: the samples of a step', `/runs/${run}/samples/15000`, 'article pre'],
]
for (const [name, hash, selector] of views) {
  const dashboard = await startDashboard()
  const newContext = async () => {
    const context = await browser.newContext()
    const [cookieName, value] = dashboard.cookie.split('=')
    await context.addCookies([{ name: cookieName, value, url: dashboard.origin }])
    return context
  }
  const times = []
  for (let index = 0; index <= repeats; index++) {
    // A new context each time: nothing of the page is in a cache.
    const context = await newContext()
    times.push(await paint(context, dashboard, hash, selector))
    await context.close()
  }
  row(name, ms(times[0]), ms(median(times.slice(1))), '')
  const context = await newContext()
  const frames = await scrolled(context, dashboard, hash, selector)
  await context.close()
  row(`${name.replace('paint', 'scroll')}: frame, slowest`, ms(Math.max(...frames)), ms(median(frames)), '')
  await stop(dashboard)
}
await browser.close()

const folder = at('../packages/gym/bundled/dashboard')
let weight = 0
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  if (entry.isFile()) weight += gzipSync(await readFile(join(entry.parentPath, entry.name)), { level: 9 }).length
}
row('the page, gzipped', '', '', weight.toLocaleString('en'))
