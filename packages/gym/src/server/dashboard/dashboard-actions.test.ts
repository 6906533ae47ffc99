import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../store/open-store.js'
import { runLogFile } from '../../training/run-log.js'
import { createDashboardClient, type DashboardPath } from './dashboard-client.js'
import { aRow, aRun, aStep, keepEval } from './filled-store.test.support.js'
import { type StartDashboardOptions, startDashboard } from './start-dashboard.js'

let home: string
let page: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-actions-'))
  page = await mkdtemp(join(tmpdir(), 'gym-page-'))
  await writeFile(join(page, 'index.html'), '<h1>the page</h1>')
})
afterEach(async () => {
  await rm(home, { recursive: true, force: true })
  await rm(page, { recursive: true, force: true })
})

const start = (options: Partial<StartDashboardOptions> = {}) =>
  startDashboard({ home, port: 0, log: () => {}, pageFolder: page, ...options })

/** Lets a browser in and gives what it would send with each request of its own page. */
async function letIn(link: string): Promise<Record<string, string>> {
  const opened = await fetch(link, { redirect: 'manual' })
  return { cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '', origin: new URL(link).origin }
}
const sentenceOf = async (response: Response) =>
  ((await response.json()) as { error: { message: string } }).error.message

it('changes nothing for a request that does not say it comes from the page itself', async () => {
  await using dashboard = await start()
  const { cookie = '', origin = '' } = await letIn(dashboard.link)
  const stop = (headers: Record<string, string>) =>
    fetch(`${origin}/api/v1/runs/run-a/stop`, { method: 'POST', headers })
  expect((await stop({ cookie })).status).toBe(403)
  expect((await stop({ cookie, origin: 'http://evil.example' })).status).toBe(403)
  expect((await stop({ origin })).status).toBe(401)
  expect((await stop({ cookie, origin })).status).toBe(404)
})

it('says why a run cannot be stopped, resumed or evaluated from here', async () => {
  {
    await using store = await openStore({ home })
    await store.runs.create(aRun({ state: 'interrupted' }))
    await store.runs.create(aRun({ trainingRunId: 'run-alive', state: 'running', pid: process.pid }))
  }
  await using dashboard = await start()
  const headers = await letIn(dashboard.link)
  const act = (path: string) => fetch(`${dashboard.origin}/api/v1/${path}`, { method: 'POST', headers })
  const stopped = await act('runs/run-a/stop')
  expect([stopped.status, await sentenceOf(stopped)]).toEqual([
    409,
    'run run-a is interrupted; there is nothing to stop',
  ])
  const resumed = await act('runs/run-a/resume')
  expect([resumed.status, await sentenceOf(resumed)]).toEqual([409, expect.stringContaining("resume: 'run-a'")])
  // Alive, but no process of that start was recorded for the run: it is not touched.
  const alive = await act('runs/run-alive/stop')
  expect([alive.status, await sentenceOf(alive)]).toEqual([409, expect.stringContaining('cannot be told from another')])
  const serve = await act('runs/run-a/checkpoints/iter_0000001/serve')
  expect(serve.status).toBe(404)
})

it('passes the stream of a deployment on, with the settings and the key, and says what it refuses', async () => {
  const asked: { body: unknown; key: string | undefined }[] = []
  const model = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += String(part)
    const body = JSON.parse(text) as { seed?: number }
    asked.push({ body, key: request.headers.authorization })
    if (body.seed === 13) {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: 'seed 13 is unlucky' } }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {"choices":[{"delta":{"content":"hi"}}]}\n\n')
    response.end('data: [DONE]\n\n')
  }).listen(0, '127.0.0.1')
  await once(model, 'listening')
  const url = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`
  const facts = { appName: 'poet', servedModelName: 'poet', modelPath: '/nowhere', pid: process.pid, isDetached: false }
  const times = { createdAt: 1, stoppedAt: null, error: null }
  {
    await using store = await openStore({ home })
    await store.deployments.put({ deploymentId: 'dep-a', state: 'ready', url, ...facts, ...times })
    await store.deployments.put({ deploymentId: 'dep-b', state: 'stopped', url, ...facts, ...times })
  }
  await using dashboard = await start({ apiKey: 'key-1' })
  const headers = { ...(await letIn(dashboard.link)), 'content-type': 'application/json' }
  const chat = (id: string, seed: number, more: object = {}) =>
    fetch(`${dashboard.origin}/api/v1/deployments/${id}/chat`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], seed, ...more }),
    })
  const answer = await chat('dep-a', 1, { temperature: 0.5 })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect(await answer.text()).toContain('"content":"hi"')
  expect(asked[0]).toEqual({
    key: 'Bearer key-1',
    body: { model: 'poet', stream: true, seed: 1, temperature: 0.5, messages: [{ role: 'user', content: 'hello' }] },
  })
  const refused = await chat('dep-a', 13)
  expect([refused.status, await sentenceOf(refused)]).toEqual([502, 'poet answered 400: seed 13 is unlucky'])
  expect((await chat('dep-b', 1)).status).toBe(409)
  expect((await chat('dep-a', 1, { top_p: 2 })).status).toBe(400)
  model.closeAllConnections()
  model.close()
})

it('asks for a password beyond loopback, by a form that needs no script', async () => {
  await expect(start({ host: '0.0.0.0' })).rejects.toThrow(/needs a password/)
  await expect(start({ host: '0.0.0.0', password: 'short' })).rejects.toThrow(/at least 8/)
  await using dashboard = await start({ host: '0.0.0.0', password: 'correct horse' })
  const { origin } = dashboard
  const index = await fetch(`${origin}/`, { redirect: 'manual' })
  expect([index.status, index.headers.get('location')]).toEqual([303, '/login'])
  const form = await fetch(`${origin}/login`)
  expect(await form.text()).toContain('type="password"')
  expect(form.headers.get('content-security-policy')).toContain("form-action 'self'")
  const logIn = (password: string, from = origin) =>
    fetch(`${origin}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: from },
      body: new URLSearchParams({ password }),
    })
  expect((await logIn('correct horse', 'http://evil.example')).status).toBe(403)
  expect((await logIn('wrong')).status).toBe(401)
  const entered = await logIn('correct horse')
  expect(entered.status).toBe(303)
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(await (await fetch(`${origin}/`, { headers: { cookie } })).text()).toContain('the page')
  for (let tries = 0; tries < 4; tries++) await logIn('wrong')
  const blocked = await logIn('correct horse')
  expect([blocked.status, Number(blocked.headers.get('retry-after')) > 0]).toEqual([429, true])
})

it('gives a typed client every list, and refuses with the sentence of the dashboard', async () => {
  {
    await using store = await openStore({ home })
    await store.runs.create(aRun())
    await store.runs.addStep('run-a', aStep(0))
    await keepEval(store, 'eval-a', [aRow(0, 1), aRow(1, 0)])
  }
  await mkdir(join(home, 'runs', 'run-a'), { recursive: true })
  await writeFile(runLogFile(home, 'run-a'), 'first line\nsecond line\n')
  await using dashboard = await start()
  const client = await createDashboardClient({ link: dashboard.link })
  const { items } = await client.get('runs', { query: { limit: 1 } })
  expect(items.map(({ trainingRunId, rewards }) => [trainingRunId, rewards])).toEqual([['run-a', [0]]])
  const log = await client.get('runs/{run}/log', { params: { run: 'run-a' }, query: { bytes: 15 } })
  expect(log).toEqual({ text: 'second line', bytes: 23, isCut: true })
  const rows = await client.get('evals/{eval}/rows', { params: { eval: 'eval-a' } })
  expect(rows.items.map(({ score }) => score)).toEqual([1, 0])
  expect((await client.get('jobs')).total).toBe(0)
  await expect(client.get('runs/{run}', { params: { run: 'no/such' } })).rejects.toThrow('no training run "no/such"')
  await expect(createDashboardClient({ link: dashboard.link })).rejects.toThrow(/used already/)
})

it('knows in its client every path that its OpenAPI document lets one read, lists paged by limit and offset', async () => {
  await using dashboard = await start()
  const headers = await letIn(dashboard.link)
  const { paths } = (await (await fetch(`${dashboard.origin}/api/v1/openapi.json`, { headers })).json()) as {
    paths: Record<string, { get?: { parameters?: { name: string }[]; responses: Record<string, unknown> } }>
  }
  const read = Object.keys(paths).filter((path) => paths[path]?.get !== undefined)
  // The type makes this list complete.
  const inClient: Record<DashboardPath, true> = {
    runs: true,
    'runs/{run}': true,
    'runs/{run}/actions': true,
    'runs/{run}/checkpoints': true,
    'runs/{run}/log': true,
    'runs/{run}/rows/{row}': true,
    'runs/{run}/series': true,
    'runs/{run}/steps/{step}': true,
    'runs/{run}/steps/{step}/groups': true,
    'runs/{run}/steps/{step}/groups/{group}/samples/{sample}': true,
    'runs/{run}/steps/{step}/samples': true,
    evals: true,
    'evals/{eval}': true,
    'evals/{eval}/rows': true,
    comparisons: true,
    'comparisons/prompts': true,
    deployments: true,
    'deployments/{deployment}': true,
    jobs: true,
  }
  const known = Object.keys(inClient)
  // A file and a stream are read otherwise.
  expect(read.map((path) => path.replace('/api/v1/', '')).sort()).toEqual([...known, 'events', 'receipt'].sort())
  for (const path of read) {
    const answer = JSON.stringify(paths[path]?.get?.responses['200'])
    const names = paths[path]?.get?.parameters?.map(({ name }) => name) ?? []
    if (answer.includes('List"'))
      expect({ path, names }).toEqual({ path, names: expect.arrayContaining(['limit', 'offset']) })
  }
})
