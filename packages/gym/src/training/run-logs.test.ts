import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../store/open-store.js'
import type { RunRecord } from '../store/records.js'
import { openRunLog, runLogFile } from './run-log.js'
import { runLogs } from './run-logs.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-logs-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const record: RunRecord = {
  trainingRunId: 'run-1',
  state: 'running',
  model: 'poet',
  startPath: '/models/poet',
  recipe: 'grpo',
  config: {},
  numRollout: 3,
  rolloutsDone: 0,
  seed: 0,
  pid: process.pid,
  createdAt: 1,
  finishedAt: null,
  error: null,
}

const ended = { state: 'completed', pid: null, finishedAt: 2 } as const

/** Opens the log of the run and returns what writes a line into it. */
async function openLog(mostBytes?: number) {
  const log = await openRunLog(runLogFile(home, 'run-1'), () => {}, mostBytes)
  return (line: string) => log.onProgress({ kind: 'notice', message: line })
}

async function read(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

it('gives what a run of this machine has said so far, and what was set aside before that', async () => {
  await using store = await openStore({ home })
  await store.runs.create(record)
  const write = await openLog(20)
  for (const number of [1, 2, 3, 4, 5]) write(`line ${number} of a long run, with much to say`)
  expect(await read(runLogs('latest', { home }))).toEqual(
    [4, 5].map((number) => `line ${number} of a long run, with much to say`),
  )
})

it('follows a run to its last line, which comes after its record says that it is over', async () => {
  await using store = await openStore({ home })
  await store.runs.create(record)
  const lines = runLogs('run-1', { home, follow: true })
  const first = lines.next()
  const write = await openLog()
  write('first')
  expect(await first).toEqual({ done: false, value: 'first' })
  const rest = read(lines)
  write('second')
  await store.runs.update('run-1', ended)
  write('last')
  expect(await rest).toEqual(['second', 'last'])
})

it('goes on in the next file when the log is set aside under its eyes', async () => {
  await using store = await openStore({ home })
  await store.runs.create(record)
  const write = await openLog(20)
  write('long enough to be set aside')
  const lines = runLogs('run-1', { home, follow: true })
  expect(await lines.next()).toMatchObject({ value: 'long enough to be set aside' })
  write('in the next file, also long')
  expect(await lines.next()).toMatchObject({ value: 'in the next file, also long' })
  write('in the one after')
  await store.runs.update('run-1', ended)
  expect(await read(lines)).toEqual(['in the one after'])
})

it('lets go when it is aborted, and follows no run whose process is gone', async () => {
  await using store = await openStore({ home, isAlive: () => true })
  await store.runs.create(record)
  const abort = new AbortController()
  const lines = runLogs('run-1', { home, follow: true, signal: abort.signal })
  const next = lines.next()
  abort.abort()
  await expect(next).rejects.toMatchObject({ boundary: 'interrupted' })

  const write = await openLog()
  write('all it ever said')
  // No process has this id: Linux gives out 2^22 at most.
  await store.runs.update('run-1', { pid: 2 ** 30 })
  expect(await read(runLogs('run-1', { home, follow: true }))).toEqual(['all it ever said'])
})

it('says of a run without a log where it would be', async () => {
  await using store = await openStore({ home })
  await store.runs.create({ ...record, ...ended })
  await expect(read(runLogs('run-1', { home }))).rejects.toMatchObject({
    boundary: 'config',
    code: 'no-log',
    message: `run run-1 kept no log in ${runLogFile(home, 'run-1')}; see what it measured with: training-gym runs run-1`,
  })
})
