import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { z } from 'zod'
import { GymError, messageOf } from '../errors.js'
import { processStart } from '../store/process-start.js'
import type { RunRecord } from '../store/records.js'

const schema = z.object({ pid: z.int(), start: z.string() })

/** A process of this machine, told from a later one with the same id by when it started. */
type RunProcess = z.infer<typeof schema>

function fileOf(home: string, trainingRunId: string): string {
  return join(home, 'runs', trainingRunId, 'process.json')
}

/**
 * Says which process of a run was asked to stop: whoever asks again must not be taken for the second Ctrl-C, which ends it
 * at once.
 */
function markOf(home: string, trainingRunId: string): string {
  return join(home, 'runs', trainingRunId, 'stop-asked')
}

/**
 * Keeps which process trains a run and when that process started: its id alone may be another program's later. When
 * `signal` aborts, the run is marked as asked to stop: somebody has pressed Ctrl-C there. To be disposed of when this try of
 * the run has ended: what was asked of it means nothing to the next one.
 */
export function recordRunProcess(
  home: string,
  trainingRunId: string,
  { pid = process.pid, signal }: { readonly pid?: number; readonly signal?: AbortSignal } = {},
): Disposable {
  const file = fileOf(home, trainingRunId)
  const own: RunProcess = { pid, start: processStart(pid) ?? '' }
  try {
    makeFolder(join(home, 'runs', trainingRunId))
    rmSync(markOf(home, trainingRunId), { force: true })
    writeFileSync(file, JSON.stringify(own))
  } catch (cause) {
    const message = `cannot write ${file}: ${messageOf(cause)}; free the disk or choose another home folder`
    throw new GymError('store', 'not-writable', message, { cause })
  }
  const onAbort = () => markAsked(home, trainingRunId, own)
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    [Symbol.dispose]: () => {
      signal?.removeEventListener('abort', onAbort)
      const left = readProcess(markOf(home, trainingRunId))
      if (left !== null && isSame(left, own)) rmSync(markOf(home, trainingRunId), { force: true })
    },
  }
}

/**
 * Asks the process of a run of this machine to end as Ctrl-C does: it keeps what was trained, and can be resumed. Only a
 * process that started when the recorded one did is asked, and only once; false when it had been asked before.
 *
 * @throws GymError `not-running` (config), `not-ours` (engine) when the process cannot be told from another program's.
 */
export function interruptRun(
  home: string,
  { trainingRunId, state, pid }: Pick<RunRecord, 'trainingRunId' | 'state' | 'pid'>,
): boolean {
  if (state !== 'running' || pid === null) {
    throw new GymError('config', 'not-running', `run ${trainingRunId} is ${state}; there is nothing to stop`)
  }
  const recorded = readProcess(fileOf(home, trainingRunId))
  if (recorded === null || recorded.pid !== pid || recorded.start !== processStart(pid)) {
    const message = `process ${pid} of run ${trainingRunId} cannot be told from another program's by now; end it yourself if it is yours (kill -INT ${pid})`
    throw new GymError('engine', 'not-ours', message)
  }
  if (!markAsked(home, trainingRunId, recorded)) return false
  try {
    process.kill(pid, 'SIGINT')
    return true
  } catch (cause) {
    rmSync(markOf(home, trainingRunId), { force: true })
    const message = `process ${pid} of run ${trainingRunId} could not be asked to stop: ${messageOf(cause)}; see whether it is still there (ps -p ${pid})`
    throw new GymError('engine', 'not-ours', message, { cause })
  }
}

/** Leaves the mark; false when that of this process is there already. Of those who ask at the same time, one leaves it. */
function markAsked(home: string, trainingRunId: string, asked: RunProcess): boolean {
  const mark = markOf(home, trainingRunId)
  try {
    // One that cannot be read is being written just now.
    const left = readProcess(mark) ?? asked
    if (!isSame(left, asked)) rmSync(mark, { force: true })
    writeFileSync(mark, JSON.stringify(asked), { flag: 'wx' })
    return true
  } catch (error) {
    // A disk that is full must not keep a run from being stopped.
    return !(error instanceof Error && 'code' in error && error.code === 'EEXIST')
  }
}

function isSame(a: RunProcess, b: RunProcess): boolean {
  return a.pid === b.pid && a.start === b.start
}

function readProcess(file: string): RunProcess | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
