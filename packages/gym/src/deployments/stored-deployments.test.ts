import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../store/open-store.js'
import type { DeploymentRecord } from '../store/records.js'
import { findDeployment } from './find-deployment.js'
import { listDeployments, stopDeployment } from './stored-deployments.js'

/** Says who it is, as servers of ours do, and ends with SIGTERM. */
const serving = `const server = require('node:http').createServer((_, response) => response.end(JSON.stringify({ pid: process.pid })))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

let home: string
let server: ChildProcess
let running: DeploymentRecord
beforeEach(async () => {
  server = spawn(process.execPath, ['-e', serving], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(createInterface({ input: server.stdout! }), 'line')
  home = await mkdtemp(join(root, 'home-'))
  running = {
    deploymentId: 'dep-running',
    state: 'ready',
    appName: 'poems',
    servedModelName: 'poems',
    modelPath: '/nowhere/poems',
    url: `http://127.0.0.1:${port}/v1`,
    pid: server.pid!,
    isDetached: true,
    createdAt: 0,
    stoppedAt: null,
    error: null,
  }
  // As evaluations leave them that served the same.
  const ended = { ...running, state: 'stopped', pid: null, url: null } as const
  await using store = await openStore({ home })
  await store.deployments.put(running)
  for (let at = 1; at <= 100; at++) {
    await store.deployments.put({ ...ended, deploymentId: `dep-ended-${at}`, createdAt: at, stoppedAt: at })
  }
})
afterEach(() => {
  server.kill('SIGKILL')
})

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stored-deployments-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a deployment that runs behind a hundred newer ones that have ended', () => {
  it('is listed after them, until its process is gone', async () => {
    const listed = await listDeployments({ home })
    expect(listed.map(({ deploymentId }) => deploymentId).slice(-2)).toEqual(['dep-ended-1', 'dep-running'])
    expect([listed.length, listed.at(-1)]).toEqual([101, running])
    server.kill('SIGKILL')
    await once(server, 'exit')
    expect(await listDeployments({ home })).toHaveLength(100)
  })

  it('is found by its name and as the latest', async () => {
    for (const reference of ['latest', 'poems', 'running']) {
      expect(await findDeployment(reference, { home })).toMatchObject({ deploymentId: 'dep-running' })
    }
  })

  it.each(['latest', 'poems', 'dep-running'])('is what is stopped by %s', async (reference) => {
    const ended = once(server, 'exit')
    expect(await stopDeployment(reference, { home })).toMatchObject({ deploymentId: 'dep-running', state: 'stopped' })
    expect(await ended).toEqual([null, 'SIGTERM'])
    expect(await stopDeployment(reference, { home })).toMatchObject({ state: 'stopped' })
  })
})
