import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessSpec } from '../host.js'
import { type FakeRay, startFakeRay } from './fake/fake-ray.test.support.js'
import { createFreshText } from './fresh-text.js'
import { rayHost } from './ray-host.js'
import { exitCodeOf } from './ray-process.js'

let folder: string
let cluster: FakeRay
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ray-host-'))
  cluster = await startFakeRay({ token: 'right' })
})
afterEach(async () => {
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

const open = (changes: { token?: string; storage?: string } = {}) => {
  const { token = 'right', storage } = changes
  return rayHost({ kind: 'ray', address: cluster.address, storage }, { token, pollMs: 20 })
}
const spec = (script: string): ProcessSpec => ({
  name: 'train-a',
  tags: {},
  image: { from: 'x', commands: [] },
  volumes: {},
  secrets: [],
  environment: {},
  command: [process.execPath, '-e', script],
  timeoutMs: 60_000,
})

describe('a Ray host', () => {
  it('says which token it needs', async () => {
    await expect(open({ token: 'wrong' }).list({})).rejects.toMatchObject({
      boundary: 'config',
      code: 'ray-not-authorised',
      message: `listing what runs failed: the Ray cluster at ${cluster.address} refused the token (status 401); set RAY_AUTH_TOKEN to the cluster's token`,
    })
  })

  it('asks again while the cluster does not answer, and starts a job once when the answer is lost', async () => {
    cluster.faults.unavailable = 2
    cluster.faults.lostSubmitAnswers = 1
    const host = open()
    const running = await host.start(spec('console.log("once")'))
    expect(await running.wait()).toBe(0)
    expect((await host.attach({ kind: 'ray', name: 'train-a' }))?.reference.id).toBe('train-a')
    const lines: string[] = []
    for await (const line of running.output()) lines.push(line)
    expect(lines).toEqual(['once'])
  })

  it('follows a log of which only the end is given', async () => {
    cluster.faults.logLimit = 6000
    const total = 1500
    const script = `let n = 0; const timer = setInterval(() => { for (let i = 0; i < 15; i++) console.log('line ' + n++); if (n >= ${total}) clearInterval(timer) }, 20)`
    const running = await open().start(spec(script))
    const lines: string[] = []
    for await (const line of running.output()) lines.push(line)
    expect(lines).toEqual(Array.from({ length: total }, (_, n) => `line ${n}`))
  })

  it('asks for shared storage only when it is needed', async () => {
    expect(() => open().volume('data')).toThrow("give it as ray({ storage: '/mnt/shared' })")
    expect(open({ storage: '/mnt/s' }).pathOf('/data', { name: 'data', subPath: 'a/b' })).toBe('/mnt/s/data/a/b')
  })

  it('says what went wrong with files on the cluster', async () => {
    const volume = open({ storage: '/proc/none' }).volume('data')
    await expect(volume.put([{ path: 'a', content: 'b' }])).rejects.toMatchObject({
      code: 'file-job-failed',
      message: expect.stringContaining('check that the storage folder is there and may be written'),
    })
  })
})

describe('exitCodeOf', () => {
  const job = (status: 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'PENDING' | 'RUNNING', driver_exit_code?: number) =>
    exitCodeOf({ submission_id: 'x', status, driver_exit_code })
  it('reads states as exit codes', () => {
    expect([job('PENDING'), job('RUNNING'), job('SUCCEEDED'), job('STOPPED'), exitCodeOf(null)]).toEqual([
      ...[null, null, 0, 137, 137],
    ])
    // A job that failed before its driver ran has no code; a negative one is a signal.
    expect([job('FAILED'), job('FAILED', 3), job('FAILED', -9)]).toEqual([1, 3, 137])
  })
})

describe('createFreshText', () => {
  it('gives what is new, also of a text that has lost its start, and tells of a gap', () => {
    const text = createFreshText()
    expect(text.next('')).toEqual({ fresh: '', hasGap: false })
    expect(text.next('one\n')).toEqual({ fresh: 'one\n', hasGap: false })
    expect(text.next('one\n')).toEqual({ fresh: '', hasGap: false })
    expect(text.next('e\ntwo\none\nthree\n'.slice(2))).toEqual({ fresh: 'three\n', hasGap: false })
    expect(text.next('something else')).toEqual({ fresh: 'something else', hasGap: true })
  })
})
