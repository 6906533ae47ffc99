import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isProcessAlive } from '../../store/process-liveness.js'
import type { ProcessSpec, RunningProcess } from '../host.js'
import { untilGone } from '../until-gone.test.support.js'
import { localHost } from './local-host.js'
import { readStart } from './process-record.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'local-host-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const spec = (script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name: 'train-a',
  tags: {},
  image: { from: 'none', commands: [] },
  volumes: {},
  secrets: [],
  environment: {},
  command: [process.execPath, '-e', `console.log(process.pid); ${script}`],
  timeoutMs: 60_000,
  ...changes,
})
const folderOf = (running: RunningProcess) => join(home, 'processes', running.reference.id ?? '')
const pidOf = async (running: RunningProcess): Promise<number> => {
  for await (const line of running.output()) return Number(line)
  throw new Error('it said nothing')
}

describe('a local host', () => {
  it.each([
    ['outlives', true],
    ['ends with', false],
  ])('runs a process that %s a client that was killed', async (_, isDetached) => {
    const module = new URL('../../../dist/compute/local/local-host.js', import.meta.url).href
    // One that is to be ended must not end by itself before that.
    const lines = isDetached ? 50 : 2_000
    const source = `import { localHost } from ${JSON.stringify(module)}
      const host = localHost({ home: ${JSON.stringify(home)} })
      const script = 'let n = 0; const t = setInterval(() => { console.log(n++); if (n === ${lines}) { clearInterval(t); process.exitCode = 9 } }, 20)'
      const spec = ${JSON.stringify(spec('SCRIPT', { isDetached }))}
      spec.command[2] = spec.command[2].replace('SCRIPT', script)
      const running = await host.start(spec)
      for await (const line of running.output()) if (line === '5') console.log(JSON.stringify(running.reference))`
    const client = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let reference: RunningProcess['reference'] | undefined
    for await (const line of createInterface({ input: client.stdout })) {
      reference = JSON.parse(line) as RunningProcess['reference']
      client.kill('SIGKILL')
    }
    const found = await localHost({ home }).attach(reference ?? { kind: 'local', name: 'none' })
    const said: string[] = []
    for await (const line of found?.output() ?? []) said.push(line)
    expect(await found?.wait()).toBe(isDetached ? 9 : 137)
    if (isDetached) expect(said.slice(1)).toEqual(Array.from({ length: lines }, (_, n) => String(n)))
    await untilGone(Number(said[0]))
  })

  it('ends what a killed guard leaves behind, and says that it was stopped', async () => {
    const running = await localHost({ home }).start(spec('setInterval(() => {}, 1000)'))
    const pid = await pidOf(running)
    process.kill(readStart(folderOf(running))?.guard.pid ?? 0, 'SIGKILL')
    expect(await running.wait()).toBe(137)
    await untilGone(pid)
  })

  it('never ends a process that only has the same id', async () => {
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true })
    const running = await localHost({ home }).start(spec(''))
    await running.wait()
    const folder = folderOf(running)
    const started = JSON.parse(await readFile(join(folder, 'started.json'), 'utf8')) as object
    const reused = { pid: bystander.pid, start: '1' }
    await writeFile(join(folder, 'started.json'), JSON.stringify({ ...started, guard: reused, program: reused }))
    await rm(join(folder, 'exit.json'))
    const found = await localHost({ home }).attach(running.reference)
    await found?.stop()
    expect(await found?.poll()).toBe(137)
    expect(isProcessAlive(bystander.pid ?? 0)).toBe(true)
    bystander.kill('SIGKILL')
  })

  it('gives up a start that its client did not live to make', async () => {
    let now = 1000
    const running = await localHost({ home, clock: () => now }).start(spec(''))
    await running.wait()
    for (const name of ['started.json', 'exit.json']) await rm(join(folderOf(running), name))
    expect(await running.poll()).toBeNull()
    now += 31_000
    expect(await running.poll()).toBe(137)
  })

  it('says which program is missing', async () => {
    const command = ['no-such-program']
    await expect(localHost({ home }).start(spec('', { command }))).rejects.toMatchObject({
      boundary: 'config',
      code: 'program-missing',
    })
  })

  it('gives a name to one of two that want it at once', async () => {
    const host = localHost({ home })
    const both = await Promise.allSettled([1, 2].map(() => host.start(spec('setInterval(() => {}, 1000)'))))
    const started = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(started).toHaveLength(1)
    await started[0]?.stop()
    expect(await host.list({})).toEqual([])
  })
})
