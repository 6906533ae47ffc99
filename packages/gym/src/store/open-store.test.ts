import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { openStore } from './open-store.js'
import { isProcessAlive } from './process-liveness.js'
import { processStart } from './process-start.js'
import type { EvalRowRecord } from './records.js'
import { storeError } from './store-error.js'

const child = fileURLToPath(new URL('./store-process.test.child.ts', import.meta.url))
let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-store-'))
})

afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

function start(task: string, count = 0, prefix: readonly string[] = []): ChildProcess & { output: () => string } {
  const [command = '', ...args] = [...prefix, process.execPath, '--import', 'jiti/register', child, home, task]
  const started = spawn(command, [...args, String(count)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [started.stdout, started.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return Object.assign(started, { output: () => output })
}

async function ended(process: ReturnType<typeof start>): Promise<string> {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'close')
  return process.output()
}

async function failure(options: Parameters<typeof openStore>[0] = { home }): Promise<GymError> {
  try {
    await (await openStore(options)).close()
  } catch (error) {
    if (GymError.is(error)) return error
    throw error
  }
  return expect.unreachable('the store was opened')
}

describe('several processes', () => {
  it('may open a new store at the same moment: one makes the tables, all go on', async () => {
    const processes = Array.from({ length: 3 }, () => start('open'))
    for (const process of processes) expect(await ended(process)).toBe('ready\ndone\n')
    await using store = await openStore({ home })
    expect(await store.runs.list()).toEqual([])
  })

  it('write at the same time without losing a row', async () => {
    const processes = Array.from({ length: 3 }, () => start('write', 40))
    for (const process of processes) expect(await ended(process)).toBe('ready\ndone\n')
    await using store = await openStore({ home })
    const runs = await store.runs.list()
    expect(runs).toHaveLength(3)
    for (const { trainingRunId, rolloutsDone } of runs) {
      expect(rolloutsDone).toBe(40)
      expect(await store.runs.steps(trainingRunId)).toHaveLength(40)
      for (let id = 0; id < 40; id += 1) expect(await store.runs.samples(trainingRunId, id)).toHaveLength(20)
    }
  })

  it('leave a readable store when one is killed in the middle of writing', async () => {
    const writer = start('write-forever')
    await using store = await openStore({ home })
    await expect
      .poll(async () => (await store.runs.list())[0]?.rolloutsDone ?? 0, { timeout: 60_000 })
      .toBeGreaterThan(20)
    const [living] = await store.runs.list()
    expect(living?.state).toBe('running')
    writer.kill('SIGKILL')
    await ended(writer)

    await using reopened = await openStore({ home })
    const [run] = await reopened.runs.list()
    expect(run?.state).toBe('interrupted')
    const steps = await reopened.runs.steps(run?.trainingRunId ?? '')
    expect(steps).toHaveLength(run?.rolloutsDone ?? -1)
    expect(steps.every((step) => Number.isNaN(step.details.topic))).toBe(true)
    // Each batch of samples is one transaction: whole, or (the last one) not there yet.
    for (const { rolloutId } of steps.slice(0, -1)) {
      expect(await reopened.runs.samples(run?.trainingRunId ?? '', rolloutId)).toHaveLength(20)
    }
    const raw = new Database(reopened.file)
    expect(raw.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    raw.close()
  })

  it('wait for a writer, and name the file when it does not let go', async () => {
    await (await openStore({ home })).close()
    const holder = new Database(join(home, 'gym.sqlite'))
    holder.exec('begin immediate')
    await using store = await openStore({ home, busyTimeoutMs: 50 })
    await expect(store.runs.dropStepsFrom('run-1', 0)).rejects.toMatchObject({
      boundary: 'store',
      code: 'store-busy',
      message: `${store.file} stayed locked by another process; wait for that process or stop it, then try again`,
    })
    holder.exec('rollback')
    holder.close()
    await expect(store.runs.dropStepsFrom('run-1', 0)).resolves.toBeUndefined()
  })
})

describe('a store of an older version', () => {
  it('is brought up to date with what it holds', async () => {
    await (await openStore({ home })).close()
    const older = new Database(join(home, 'gym.sqlite'))
    older.exec(`
      drop table checkpoint;
      drop index sampleByRow;
      alter table run drop column costUsd;
      alter table run drop column pidStart;
      alter table eval drop column pidStart;
      alter table deployment drop column pidStart;
      alter table run drop column remote;
      alter table deployment drop column remote;
      alter table eval drop column resumedAt;
      alter table eval drop column sourceEvalId;
      alter table evalRow drop column scores;
      alter table evalRow drop column generated;
      alter table sample drop column overlongPenalty;
      delete from kysely_migration where name >= '0002';
      insert into eval values ('eval-1', 'completed', 'base', 'tiny', null, null, '{"seed":3}', null, 1, 2, null, null);
      insert into evalRow values ('eval-1', 0, 0, 'key', 'rain', 'drops', 1.5, '{}', 'stop', 4, null, null)`)
    older.close()
    await using store = await openStore({ home })
    const failure = { boundary: 'reward', message: 'no' } as const
    const scored = { ...(await store.evals.rows('eval-1'))[0], score: 1.5, response: 'drops', failure: null }
    expect(await store.evals.rows('eval-1')).toEqual([scored])
    const more = { topic: { score: null, metadata: { a: Number.NaN }, failure } }
    await store.evals.addRows('eval-1', [{ ...scored, generated: ' drops', scores: more } as EvalRowRecord])
    expect(await store.evals.rows('eval-1')).toEqual([{ ...scored, generated: ' drops', scores: more }])
    await store.evals.reopen('eval-1', { config: { seed: 4 }, deploymentId: 'dep', pid: process.pid, resumedAt: 9 })
    expect(await store.evals.get('eval-1')).toMatchObject({ state: 'running', resumedAt: 9, finishedAt: null })
  })
})

describe('a store that cannot be used', () => {
  it('is refused when a newer version of the gym wrote it, and left as it is', async () => {
    await (await openStore({ home })).close()
    const file = join(home, 'gym.sqlite')
    const newer = new Database(file)
    const migrations = () => newer.prepare('select name from kysely_migration').all()
    const before = migrations()
    newer.exec(`insert into kysely_migration values ('0999-from-the-future', '2030-01-01T00:00:00.000Z')`)
    const error = await failure()
    expect(error).toMatchObject({ boundary: 'store', code: 'store-newer' })
    expect(error.message).toBe(
      `${file} was written by a newer version of training-gym (it has 0999-from-the-future); update training-gym, or set TRAINING_GYM_HOME to another folder`,
    )
    expect(migrations()).toEqual([...before, { name: '0999-from-the-future' }])
    newer.close()
  })

  it('is refused when the file is something else', async () => {
    const file = join(home, 'gym.sqlite')
    await writeFile(file, 'dear diary, today I wrote no database. '.repeat(100))
    expect(await failure()).toMatchObject({
      boundary: 'store',
      code: 'store-corrupt',
      message: `${file} is not a readable database (file is not a database); move it away to start an empty one, checkpoints are kept in their own folders`,
    })
  })

  it('is refused when its pages are damaged', async () => {
    const file = join(home, 'gym.sqlite')
    await (await openStore({ home })).close()
    const raw = new Database(file)
    // Until then the pages lie in the write-ahead log, which is checksummed and would heal them.
    raw.pragma('wal_checkpoint(truncate)')
    raw.close()
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xee, 100, 4_000))
    expect(await failure()).toMatchObject({ boundary: 'store', code: 'store-corrupt' })
  })

  it('is refused when its folder cannot be made', async () => {
    const inTheWay = join(home, 'a-file')
    await writeFile(inTheWay, '')
    const folder = join(inTheWay, 'home')
    expect(await failure({ home: folder })).toMatchObject({
      boundary: 'store',
      code: 'store-unwritable',
      message: `${folder}/gym.sqlite cannot be written (the folder ${folder} cannot be made: a part of its path is no folder); make it and its folder writable, or choose another home with --home or TRAINING_GYM_HOME`,
    })
  })

  it('is refused when its folder is read-only', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may write anywhere; run as another user')
    await chmod(home, 0o500)
    expect(await failure()).toMatchObject({ boundary: 'store', code: 'store-unwritable' })
    await chmod(home, 0o700)
  })

  it('is refused when something else has its name', async () => {
    await mkdir(join(home, 'gym.sqlite'))
    const error = await failure()
    expect(error).toMatchObject({ boundary: 'store', code: 'store-unwritable' })
    expect(error.message).toContain('gym.sqlite cannot be written (SQLite cannot open it)')
  })

  it('stops with one sentence when the disk has no room, and keeps what was written', async () => {
    // A limit on the size of files is what an unprivileged process has for a full disk: 400 blocks of 1 KiB.
    const output = await ended(start('write-forever', 0, ['bash', '-c', 'ulimit -f 400; exec "$@"', 'bash']))
    expect(output).toMatch(/(no room is left to write|reading or writing) .*gym\.sqlite/)
    expect(output).toContain('"boundary":"store"')
    await using store = await openStore({ home })
    const [run] = await store.runs.list()
    expect(run?.rolloutsDone).toBeGreaterThan(0)
    expect(await store.runs.steps(run?.trainingRunId ?? '')).toHaveLength(run?.rolloutsDone ?? -1)
  })

  it('says that the disk is full when SQLite says so', async () => {
    const file = join(home, 'small.sqlite')
    const raw = new Database(file)
    raw.exec('create table t (a)')
    raw.pragma('max_page_count = 4')
    let message = 'nothing was thrown'
    try {
      for (let i = 0; i < 100; i += 1) raw.prepare('insert into t values (?)').run(['x'.repeat(1_000)])
    } catch (error) {
      message = storeError(error, file).message
    }
    expect(message).toBe(`no room is left to write ${file}; free some disk space and run the same command again`)
    raw.close()
  })
})

describe('isProcessAlive', () => {
  it('tells a living process from one that has ended', async () => {
    const brief = spawn(process.execPath, ['-e', '0'])
    await once(brief, 'close')
    expect(isProcessAlive(process.pid)).toBe(true)
    expect(isProcessAlive(brief.pid ?? 0)).toBe(false)
  })

  it('tells a process from an earlier one of the same id', () => {
    expect(isProcessAlive(process.pid, processStart(process.pid))).toBe(true)
    expect(isProcessAlive(process.pid, 'when another process had this id')).toBe(false)
  })
})
