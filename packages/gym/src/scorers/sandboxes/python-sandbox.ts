import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { availableParallelism, tmpdir } from 'node:os'
import type { Readable } from 'node:stream'
import pLimit from 'p-limit'
import { createLineSplitter } from '../../compute/line-splitter.js'
import { GymError } from '../../errors.js'
import { pythonHarness } from './python-harness.js'
import { bwrapArguments, findPython, type PythonProgram } from './python-program.js'
import { type TestEvent, type TestJob, type TestReport, TestTally } from './test-report.js'

export interface PythonSandboxOptions {
  readonly timeLimitMs: number
  readonly memoryMb: number
  /** Program to start, by path or name. */
  readonly python: string
  /** `auto`: bwrap where it works. */
  readonly isolation: 'auto' | 'bwrap' | 'limits'
}

/** Time for the interpreter to start, milliseconds: a busy machine is not the fault of the code. */
const startLimitMs = 30_000

/** A report is far smaller; more than this on its channel is a flood. */
const maxReportBytes = 2 ** 20

/**
 * Makes a runner of Python tests, each job in a process of its own, as many at the same time as there are cores. The
 * process is ended with its whole group at the time limit (wall-clock, from when the interpreter has started).
 */
export function pythonSandbox(options: PythonSandboxOptions): (job: TestJob) => Promise<TestReport> {
  const limit = pLimit(availableParallelism())
  let program: Promise<PythonProgram> | undefined
  return async (job) => {
    program ??= findPython(options.python, options.isolation)
    const found = await program.catch((error: unknown) => {
      // The next response tries anew: a machine may have been too busy to answer.
      program = undefined
      throw error
    })
    return await limit(() => runInProcess(found, job, options))
  }
}

async function runInProcess(program: PythonProgram, job: TestJob, options: PythonSandboxOptions): Promise<TestReport> {
  const { timeLimitMs, memoryMb } = options
  const token = randomBytes(16).toString('hex')
  const child = start(program)
  const tally = new TestTally()
  let failure = ''
  let timedOut = false
  let told = 0
  const tooLate = () => {
    timedOut = true
    killGroup(child)
  }
  let timer = setTimeout(tooLate, startLimitMs)
  const onLine = createLineSplitter((line) => {
    const event = eventIn(line, token)
    if (event !== undefined) tally.add(event)
    if (event?.kind === 'done') killGroup(child)
    if (event?.kind === 'ready') {
      clearTimeout(timer)
      timer = setTimeout(tooLate, timeLimitMs)
    }
  })
  ;(child.stdio[3] as Readable).on('data', (chunk: Buffer) => {
    told += chunk.length
    if (told > maxReportBytes) killGroup(child)
    else onLine(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    if (failure.length < 2000) failure += chunk.toString('utf8').slice(0, 2000)
  })
  try {
    await new Promise<void>((resolve) => {
      child.once('error', (error) => {
        failure = error.message
        resolve()
      })
      child.once('close', () => resolve())
      // A process that dies at once leaves its standard input closed.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(JSON.stringify({ ...job, token, memoryMb, cpuSeconds: Math.ceil(timeLimitMs / 1000) + 1 }))
    })
  } finally {
    clearTimeout(timer)
    killGroup(child)
  }
  tally.throwIfBadTests(job.source)
  if (!tally.isReady) throw notStarted(failure, timedOut)
  const ending = timedOut ? `did not end within ${timeLimitMs / 1000} s` : 'ended before its tests did'
  return tally.report(program.isolation, timedOut, ending)
}

function start({ executable, folders, isolation }: PythonProgram): ChildProcess {
  const call = [executable, '-s', '-B', '-c', pythonHarness]
  const [command = executable, ...args] =
    isolation === 'bwrap' ? ['bwrap', ...bwrapArguments(folders), '--', ...call] : call
  return spawn(command, args, {
    // A fixed hash seed: sets and dicts of strings are walked in the same order each time.
    env: {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      PYTHONHASHSEED: '0',
      // Nothing is imported from the working folder, which -I would see to as well, but it drops the hash seed.
      PYTHONSAFEPATH: '1',
      OPENBLAS_NUM_THREADS: '1',
      OMP_NUM_THREADS: '1',
    },
    cwd: tmpdir(),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

/** Lines without the token are not the harness's. */
function eventIn(line: string, token: string): TestEvent | undefined {
  try {
    const said = JSON.parse(line) as (TestEvent & { token?: string }) | null
    return said?.token === token ? said : undefined
  } catch {
    return undefined
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function notStarted(failure: string, timedOut: boolean): GymError {
  const why = timedOut ? `not within ${startLimitMs / 1000} s` : failure.trim().split('\n').at(-1) || 'it ended at once'
  const message = `the Python sandbox did not start (${why}); try again on a less busy machine, or set isolation: 'limits'`
  return new GymError('reward', 'sandbox-failed', message)
}
