import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { interruptRun, recordRunProcess } from './interrupt-run.js'
import { readStart, recordStart, startFlags, unlessGiven } from './recorded-start.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-stop-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** A process that lives until it is told to end. */
async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'])
  await once(child.stdout, 'data')
  return { child, pid: child.pid as number, ended: once(child, 'exit') }
}

it('sends what Ctrl-C sends, to the process that was recorded', async () => {
  const { pid, ended } = await sleeper()
  recordRunProcess(home, 'run-1', { pid })
  interruptRun(home, { trainingRunId: 'run-1', state: 'running', pid })
  expect(await ended).toEqual([null, 'SIGINT'])
})

it('asks once, however many ask, and anew when the run is resumed', async () => {
  const signals: string[] = []
  const count = (signal: string) => signals.push(signal)
  process.on('SIGINT', count)
  try {
    const own = { trainingRunId: 'run-1', state: 'running', pid: process.pid } as const
    recordRunProcess(home, 'run-1')
    expect([interruptRun(home, own), interruptRun(home, own), interruptRun(home, own)]).toEqual([true, false, false])
    recordRunProcess(home, 'run-1')
    expect([interruptRun(home, own), interruptRun(home, own)]).toEqual([true, false])
    // A signal arrives by the loop.
    await vi.waitUntil(() => signals.length >= 2)
    expect(signals).toEqual(['SIGINT', 'SIGINT'])
  } finally {
    process.off('SIGINT', count)
  }
})

it('does not ask a run whose own Ctrl-C was pressed', () => {
  const control = new AbortController()
  recordRunProcess(home, 'run-1', { signal: control.signal })
  control.abort()
  expect(interruptRun(home, { trainingRunId: 'run-1', state: 'running', pid: process.pid })).toBe(false)
})

it('does not take what was asked of an earlier try, or of another process, for its own', async () => {
  const signals: string[] = []
  const count = (signal: string) => signals.push(signal)
  process.on('SIGINT', count)
  try {
    const own = { trainingRunId: 'run-1', state: 'running', pid: process.pid } as const
    const control = new AbortController()
    recordRunProcess(home, 'run-1', { signal: control.signal })[Symbol.dispose]()
    recordRunProcess(home, 'run-1')
    control.abort()
    expect([interruptRun(home, own), interruptRun(home, own)]).toEqual([true, false])

    const asked = recordRunProcess(home, 'run-2')
    expect(interruptRun(home, { ...own, trainingRunId: 'run-2' })).toBe(true)
    asked[Symbol.dispose]()
    expect(interruptRun(home, { ...own, trainingRunId: 'run-2' })).toBe(true)

    recordRunProcess(home, 'run-3')
    await writeFile(join(home, 'runs', 'run-3', 'stop-asked'), JSON.stringify({ pid: process.pid, start: 'earlier' }))
    const third = { ...own, trainingRunId: 'run-3' }
    expect([interruptRun(home, third), interruptRun(home, third)]).toEqual([true, false])
    await vi.waitUntil(() => signals.length > 0)
  } finally {
    process.off('SIGINT', count)
  }
})

it('leaves a process alone that has the id now but did not start when the recorded one did', async () => {
  const first = await sleeper()
  const second = await sleeper()
  try {
    recordRunProcess(home, 'run-1', { pid: first.pid })
    const reused = { trainingRunId: 'run-1', state: 'running', pid: second.pid } as const
    expect(() => interruptRun(home, reused)).toThrow(/cannot be told from another program's/)
    expect(() => interruptRun(home, { ...reused, trainingRunId: 'run-unrecorded' })).toThrow(/kill -INT/)
    expect(() => interruptRun(home, { ...reused, state: 'completed' })).toThrow(
      'is completed; there is nothing to stop',
    )
    expect([first.child.exitCode, second.child.exitCode]).toEqual([null, null])
  } finally {
    first.child.kill()
    second.child.kill()
  }
})

it('remembers the flags of the first start, so that a run can be resumed and evaluated in the same way', async () => {
  expect(await readStart(home, 'run-1')).toBeNull()
  recordStart(home, 'run-1', { cwd: '/work', config: null, dataset: 'rows.jsonl', reward: 'haiku' })
  recordStart(home, 'run-1', { cwd: '/elsewhere', config: null, dataset: null, reward: null })
  const start = await readStart(home, 'run-1')
  expect(start?.cwd).toBe('/work')
  expect(start && startFlags(start)).toEqual(['--dataset', 'rows.jsonl', '--reward', 'haiku'])
  expect(start && unlessGiven({ reward: 'exact-match' }, start)).toEqual({
    dataset: 'rows.jsonl',
    reward: 'exact-match',
  })
  expect(start && unlessGiven({ config: 'other.config.ts' }, start)).toEqual({ config: 'other.config.ts' })
})
