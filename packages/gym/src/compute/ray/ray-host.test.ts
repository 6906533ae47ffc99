import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findProgram } from '../find-program.js'
import type { ProcessSpec } from '../host.js'
import { type FakeRay, startFakeRay } from './fake/fake-ray.test.support.js'
import { startRayHead } from './fake/start-ray-head.test.support.js'
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

  it('waits for a head that has just started and has no agent yet', async () => {
    cluster.faults.withoutAgent = 2
    const running = await open().start(spec('console.log("ran")'))
    expect(await running.wait()).toBe(0)
    expect(cluster.faults.withoutAgent).toBe(0)
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

  it('gives the variables of a process to what its driver starts as well, but for those that Ray would change', async () => {
    const environment = { GREETING: 'hi there', PRICE: '5$, or $ 5', HOME_COPY: '$HOME', BRACED: `a\${HOME}` }
    const script = 'console.log(process.env.RAY_JOB_CONFIG_JSON_ENV_VAR, process.env.HOME_COPY, process.env.BRACED)'
    const running = await open().start({ ...spec(script), environment })
    const lines: string[] = []
    for await (const line of running.output()) lines.push(line)
    const [, config = '', own] = /^(\{.*\}) (.*)$/.exec(lines.join('\n')) ?? []
    expect(JSON.parse(config).runtime_env.env_vars).toEqual({ GREETING: 'hi there', PRICE: '5$, or $ 5' })
    expect(own).toBe(`$HOME a\${HOME}`)
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

describe('a real Ray', () => {
  it('starts workers that know the variables of a process, which its driver cannot give them', {
    timeout: 240_000,
  }, async ({ skip }) => {
    const program = await findProgram(process.env.GYM_TEST_RAY ?? 'ray', process.env.PATH)
    await using head = await startRayHead()
    if (program === null || head === null) return skip('there is no ray program')
    const driver = `import os, ray
os.environ["OWN"] = "of the driver"
ray.init()
@ray.remote
def seen():
    return [os.environ.get(name) for name in ("GREETING", "PRICE", "HOME_COPY", "OWN")]
print("seen", ray.get(seen.remote()), os.environ["RAY_ADDRESS"])`
    const host = rayHost({ kind: 'ray', address: head.address }, { pollMs: 200 })
    const running = await host.start({
      ...spec(''),
      environment: { GREETING: 'hi there', PRICE: '5$', HOME_COPY: '$HOME' },
      command: [join(dirname(program), 'python3'), '-c', driver],
    })
    const lines: string[] = []
    for await (const line of running.output()) lines.push(line)
    expect(lines.find((line) => line.startsWith('seen'))).toMatch(/^seen \['hi there', '5\$', None, None\] [\d.]+:\d+$/)
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
