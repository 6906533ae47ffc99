import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ComputeHost, ProcessSpec, RunningProcess } from '../host.js'
import { untilGone } from '../until-gone.test.support.js'
import { type FakeModal, startFakeModal } from './fake/fake-modal.test.support.js'
import { startFakeModalProgram } from './fake/start-fake-modal-program.test.support.js'
import { openModalHost } from './modal-host.js'

const thisFile = fileURLToPath(import.meta.url)
/** Attempts follow each other quickly. */
const world = { patience: { pauseMs: 5, attempts: 6 } }

let plane: FakeModal
let host: ComputeHost
beforeEach(async () => {
  plane = await startFakeModal({ secrets: { huggingface: { HF_TOKEN: 'hf-1' } } })
  for (const [name, value] of Object.entries(plane.env)) vi.stubEnv(name, value)
  host = await openModalHost({ kind: 'modal', mountRoot: plane.mountRoot }, world)
})
afterEach(async () => {
  await host.close()
  await plane.stop()
  vi.unstubAllEnvs()
})

const spec = (script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name: 'train-a',
  tags: { gym: 'train' },
  image: { from: 'slimerl/slime:x', commands: ['ENTRYPOINT []'] },
  gpu: 'H100:8',
  volumes: {},
  secrets: [],
  environment: {},
  command: [process.execPath, '-e', script],
  timeoutMs: 60_000,
  ...changes,
})
const lines = async (running: RunningProcess): Promise<string[]> => {
  const found: string[] = []
  for await (const line of running.output()) found.push(line)
  return found
}
const count = (name: string) => plane.calls.filter((call) => call === name).length

describe('a Modal host', () => {
  it('needs credentials, and says how to get them', async () => {
    vi.stubEnv('MODAL_TOKEN_ID', '')
    await expect(openModalHost({ kind: 'modal' })).rejects.toMatchObject({
      boundary: 'config',
      code: 'modal-credentials-missing',
      message: `no credentials for Modal were found; make a token on the page modal.com/settings/tokens and set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, or run "modal token new" of Modal's Python tool`,
    })
  })

  it('passes on secrets by name, and says which is missing', async () => {
    const script = 'console.log(process.env.HF_TOKEN, process.env.MODAL_TOKEN_SECRET)'
    expect(await lines(await host.start(spec(script, { secrets: ['huggingface'] })))).toEqual(['hf-1 undefined'])
    await expect(host.start(spec(script, { secrets: ['none'] }))).rejects.toMatchObject({
      code: 'modal-not-found',
      message: expect.stringContaining('finding the secret "none" failed'),
    })
  })

  it('builds an image once, publishes it, and waits for a slow build', async () => {
    plane.faults.buildMs = 300
    await (await host.start(spec(''))).wait()
    // One build for the base, one for the commands on top of it.
    expect([count('ImageJoinStreaming'), count('ImagePublish')]).toEqual([2, 1])
    await using other = await openModalHost({ kind: 'modal' }, world)
    await (await other.start(spec(''))).wait()
    expect([count('ImageJoinStreaming'), count('ImagePublish'), count('ImageGetByTag')]).toEqual([2, 1, 2])
  })

  it('says why an image cannot be built', async () => {
    plane.faults.buildFailure = 'pip: no matching distribution for x'
    await expect(host.start(spec(''))).rejects.toMatchObject({
      boundary: 'provider',
      code: 'image-build-failed',
      message: expect.stringContaining('pip: no matching distribution for x'),
    })
  })

  it('says what to do when no machine is free', async () => {
    plane.faults.hasNoCapacity = true
    await expect(host.start(spec(''))).rejects.toMatchObject({
      boundary: 'provider',
      code: 'no-capacity',
      message:
        'the start of "train-a" failed: Modal said "no GPU of this kind is free"; nothing runs and nothing is paid; ask for fewer or other GPUs, leave the region open, or try again later',
    })
    expect(await host.list({})).toEqual([])
  })

  it('outlives a burst of UNAVAILABLE, and names one that lasts', async () => {
    plane.faults.unavailable = 9
    expect(await (await host.start(spec('process.exitCode = 4'))).wait()).toBe(4)
    plane.faults.unavailable = 1000
    const failing = expect(host.list({})).rejects.toMatchObject({
      boundary: 'provider',
      code: 'provider-unreachable',
      message: expect.stringContaining('listing what runs failed: Modal said "Modal is not there for a moment"'),
    })
    await failing
    plane.faults.unavailable = 0
  })

  it('starts a process once, though the answer is lost', async () => {
    plane.faults.lostCreateAnswers = 1
    const running = await host.start(spec('setInterval(() => {}, 1000)'))
    expect((await host.list({ gym: 'train' })).map((one) => one.reference)).toEqual([running.reference])
    expect(plane.world.sandboxes.size).toBe(1)
    await running.stop()
  })

  it('loses no line and repeats none when the stream breaks off again and again', async () => {
    plane.faults.cutLogs = 5
    const script = `let n = 0; const timer = setInterval(() => { for (let i = 0; i < 100; i++) console.log('line é', n++); if (n === 3000) clearInterval(timer) }, 10)`
    const running = await host.start(spec(script))
    expect(await lines(running)).toEqual(Array.from({ length: 3000 }, (_, n) => `line é ${n}`))
    expect(plane.faults.cutLogs).toBe(0)
    expect(await running.wait()).toBe(0)
  })

  it('reads a sandbox that Modal lost as stopped', async () => {
    const running = await host.start(spec('console.log("up"); setInterval(() => {}, 1000)'))
    for await (const line of running.output()) if (line === 'up') break
    await plane.kill('train-a')
    expect(await running.wait()).toBe(137)
    expect(await lines(running)).toEqual(['up'])
  })

  it('ends a sandbox whose start was aborted', async () => {
    plane.faults.buildMs = 0
    await (await host.start(spec('', { name: 'first' }))).wait()
    const controller = new AbortController()
    plane.faults.lostCreateAnswers = 1
    const starting = host.start(spec('setInterval(() => {}, 1000)'), controller.signal)
    await vi.waitUntil(() => plane.world.sandboxes.size === 2, { timeout: 60_000 })
    controller.abort()
    await expect(starting).rejects.toMatchObject({ boundary: 'interrupted' })
    await vi.waitUntil(async () => (await host.list({})).length === 0, { timeout: 20_000 })
  })

  it('ends a sandbox that waits for its machine when its start is called off, without waiting for the machine', async () => {
    plane.faults.hasQueueForGpus = true
    const controller = new AbortController()
    const starting = host.start(spec('setInterval(() => {}, 1000)'), controller.signal)
    await vi.waitUntil(() => count('SandboxGetTaskId') > 0, { timeout: 60_000 })
    controller.abort()
    await expect(starting).rejects.toMatchObject({ boundary: 'interrupted', code: 'aborted' })
    expect([...plane.world.sandboxes.values()].map(({ result }) => result?.status)).toEqual([3])
    expect(await host.list({})).toEqual([])
  })

  it('finds it by its tags where Modal does not find by name what waits', async () => {
    plane.faults.hasQueueForGpus = true
    plane.faults.namesOnlyWithMachine = true
    const controller = new AbortController()
    const starting = host.start(spec('setInterval(() => {}, 1000)'), controller.signal)
    await vi.waitUntil(() => count('SandboxGetTaskId') > 0, { timeout: 60_000 })
    controller.abort()
    await expect(starting).rejects.toMatchObject({ code: 'aborted' })
    expect([...plane.world.sandboxes.values()].map(({ result }) => result?.status)).toEqual([3])
  })

  it('attaches by name to what waits for its machine, also where one of that name has ended before', async () => {
    plane.faults.namesOnlyWithMachine = true
    const named = { kind: 'modal', name: 'train-a' } as const
    expect(await host.attach(named)).toBeNull()
    // Without GPUs it waited for no machine: by name Modal still finds it when the next one waits.
    const { gpu: _, ...free } = spec('')
    const first = await host.start(free)
    await first.wait()
    expect((await host.attach(named))?.reference).toEqual(first.reference)

    plane.faults.hasQueueForGpus = true
    const starting = host.start(spec('setInterval(() => {}, 1000)'))
    starting.catch(() => undefined)
    await vi.waitUntil(() => plane.world.sandboxes.size === 2 && count('SandboxGetTaskId') > 0, { timeout: 60_000 })
    const waiting = await host.attach(named)
    expect(waiting?.reference.id).toBe([...plane.world.sandboxes.keys()][1])
    expect(await waiting?.poll()).toBeNull()
    await waiting?.stop()
    expect(await host.list({})).toEqual([])
    await expect(starting).rejects.toThrow()
  })

  it('says that it may still start when Modal cannot be told to end it', async () => {
    await using other = await openModalHost({ kind: 'modal' }, { ...world, endingMs: 50 })
    plane.faults.hasQueueForGpus = true
    const controller = new AbortController()
    const starting = other.start(spec('setInterval(() => {}, 1000)'), controller.signal)
    await vi.waitUntil(() => count('SandboxGetTaskId') > 0, { timeout: 60_000 })
    plane.faults.unavailable = Number.POSITIVE_INFINITY
    controller.abort()
    await expect(starting).rejects.toMatchObject({
      boundary: 'interrupted',
      code: 'may-still-start',
      message:
        'the start of "train-a" was called off, but its end was not confirmed within 0.05 s: it may still start, and cost money; look for it among what runs there, and stop it',
    })
    plane.faults.unavailable = 0
    // As it says, by its name.
    await (await host.attach({ kind: 'modal', name: 'train-a' }))?.stop()
    expect(await host.list({})).toEqual([])
  })

  it('opens a volume again when its helper has ended', async () => {
    const volume = host.volume('data')
    await volume.put([{ path: 'a.txt', content: 'one' }])
    for (const sandbox of plane.world.sandboxes.values()) await sandbox.end(4)
    expect(await volume.readText('a.txt')).toBe('one')
    expect(plane.world.sandboxes.size).toBe(2)
  })

  it('keeps the helper of a volume for as long as a file takes, and not much longer', async () => {
    await using other = await openModalHost(
      { kind: 'modal', mountRoot: plane.mountRoot },
      { ...world, helperIdleMs: 900 },
    )
    plane.faults.writeMs = 3000
    await other.volume('data').put([{ path: 'model.bin', localPath: thisFile }])
    const [helper, ...others] = plane.world.sandboxes.values()
    expect([helper?.result, others]).toEqual([null, []])
    await vi.waitUntil(() => (helper?.result ?? null) !== null, { timeout: 60_000 })
    expect(helper?.result).toMatchObject({ exitcode: 0 })
  })

  it('sends only the file again that was under way when the helper ended', async () => {
    // Long enough for a sandbox to end meanwhile.
    plane.faults.writeMs = 3000
    const putting = host.volume('data').put(['a', 'b'].map((path) => ({ path, localPath: thisFile })))
    const first = join(plane.world.root, 'volumes', 'data', 'a')
    // The first is written and committed, the second under way.
    await vi.waitUntil(() => count('TaskExecStart') === 3, { timeout: 60_000 })
    const { mtimeMs } = statSync(first)
    for (const sandbox of plane.world.sandboxes.values()) await sandbox.end(4)
    await putting
    expect(plane.world.sandboxes.size).toBe(2)
    expect(statSync(first).mtimeMs).toBe(mtimeMs)
    expect(existsSync(join(plane.world.root, 'volumes', 'data', 'b'))).toBe(true)
  })

  it('refuses more than Modal gives a sandbox', async () => {
    await expect(host.start(spec('', { timeoutMs: 25 * 3_600_000 }))).rejects.toMatchObject({
      code: 'timeout-too-long',
    })
  })
})

describe('the stand-in as a program', () => {
  it('keeps processes of a client that was killed, for another to attach to', async () => {
    const alone = await startFakeModalProgram()
    const { env } = alone
    const module = new URL('../../../dist/compute/open-host.js', import.meta.url).href
    const script = `console.log(process.pid); let n = 0; setInterval(() => console.log('tick', n++), 20)`
    const source = `import { openHost } from ${JSON.stringify(module)}
      const host = await openHost({ kind: 'modal' }, { home: 'none' })
      const running = await host.start(${JSON.stringify(spec(script))})
      for await (const line of running.output()) if (line === 'tick 5') console.log(JSON.stringify(running.reference))`
    const client = spawn(process.execPath, ['--input-type=module', '-e', source], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const reference = JSON.parse(await firstLine(client)) as RunningProcess['reference']
    client.kill('SIGKILL')

    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    await using later = await openModalHost({ kind: 'modal' }, world)
    const found = await later.attach(reference)
    let pid = 0
    let next = 0
    for await (const line of found?.output() ?? []) {
      if (pid === 0) pid = Number(line)
      else expect(line).toBe(`tick ${next++}`)
      if (next === 40) break
    }
    expect(next).toBe(40)
    await alone.setFaults({ hasNoCapacity: true })
    await expect(later.start(spec('', { name: 'other' }))).rejects.toMatchObject({ code: 'no-capacity' })
    await alone.kill('train-a')
    expect(await found?.wait()).toBe(137)
    await untilGone(pid)
    expect((await alone.state()).sandboxes).toEqual([
      { id: reference.id, name: 'train-a', result: { status: 3, exitcode: expect.any(Number) } },
    ])
    await expect(alone.kill('train-a')).rejects.toThrow('no running sandbox')
    await alone.stop()
    await untilGone(alone.pid)
  })
})

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no stdout')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the child ended without a word')
}
