import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { GymError } from '../../errors.js'
import { portNotServed } from '../check-spec.js'
import { EXIT_STOPPED, type RunningProcess } from '../host.js'
import { interrupted, pause } from '../interrupted.js'
import { readTail } from '../read-tail.js'
import { followFile } from './follow-file.js'
import { recordExit } from './guard-record.js'
import {
  isRunning,
  outputFile,
  type ProcessIdentity,
  type ProcessRecord,
  readExit,
  readStart,
} from './process-record.js'

/** Pause between two looks whether a process has ended, milliseconds. */
const POLL_MS = 50
/** How long a guard may take to leave its first word, milliseconds. */
const START_MS = 30_000
/** How long a guard may take to end what it guards: its own grace, and a little more, milliseconds. */
const STOP_MS = 8000

/** Makes the handle of a process of this machine from what its folder tells. */
export function localProcessHandle(folder: string, record: ProcessRecord, clock: () => number): RunningProcess {
  const { id, name, ports } = record
  const exit = (): number | null => readExit(folder) ?? settle(folder, record, clock)
  const waitFor = async (what: string, signal?: AbortSignal): Promise<number> => {
    for (;;) {
      const code = exit()
      if (code !== null) return code
      await pause(POLL_MS, what, signal)
    }
  }
  return {
    reference: { kind: 'local', id, name },
    output: (signal) =>
      followFile(outputFile(folder), { hasEnded: () => exit() !== null, what: `following "${name}"`, signal }),
    wait: (signal) => waitFor(`the wait for "${name}"`, signal),
    poll: async () => exit(),
    waitUntilReady: (timeoutMs, signal) => untilReady({ folder, record, timeoutMs, clock, exit, signal }),
    async stop() {
      const guard = readStart(folder)?.guard
      if (exit() !== null) return
      if (guard !== undefined) send(guard, guard.pid, 'SIGTERM')
      try {
        await waitFor(`stopping "${name}"`, AbortSignal.timeout(STOP_MS))
      } catch {
        // A guard that does not answer is ended itself; what it guarded then goes the way of all orphans.
        if (guard !== undefined) send(guard, guard.pid, 'SIGKILL')
        await waitFor(`stopping "${name}"`)
      }
    },
    async url(port) {
      const actual = ports[port]
      if (actual === undefined) throw portNotServed(name, port, Object.keys(ports).map(Number))
      return { url: `http://127.0.0.1:${actual}`, headers: {} }
    },
  }
}

/**
 * Looks whether a process that left no exit code can still leave one. Where its guard was killed, the program is ended
 * as well, since nobody watches it any more, and the end is recorded as 137.
 */
function settle(folder: string, { createdAt }: ProcessRecord, clock: () => number): number | null {
  const started = readStart(folder)
  // The client may have died between the record and the start.
  if (started === null && clock() - createdAt < START_MS) return null
  if (started !== null && isRunning(started.guard)) return null
  const lastWord = readExit(folder)
  if (lastWord !== null) return lastWord
  if (started !== null) send(started.program, -started.program.pid, 'SIGKILL')
  recordExit(folder, EXIT_STOPPED)
  return EXIT_STOPPED
}

/** Sends a signal to a process, or its group (a negative id), unless the id is somebody else's by now. */
function send(identity: ProcessIdentity, target: number, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return
  try {
    process.kill(target, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

interface ReadyOptions {
  readonly folder: string
  readonly record: ProcessRecord
  readonly timeoutMs: number
  readonly clock: () => number
  readonly exit: () => number | null
  readonly signal?: AbortSignal
}

async function untilReady({ folder, record, timeoutMs, clock, exit, signal }: ReadyOptions): Promise<void> {
  const { name, readiness, environment } = record
  const deadline = clock() + timeoutMs
  for (;;) {
    const code = exit()
    const tail = async () => `; its last lines:\n${await readTail(outputFile(folder))}`
    if (code !== null) {
      const message = `process "${name}" ended with exit code ${code} before it was ready${await tail()}`
      throw new GymError('provider', 'not-ready', message)
    }
    if (readiness === null ? readStart(folder) !== null : await succeeds(readiness.command, environment, signal)) return
    if (signal?.aborted) throw interrupted(`the wait for "${name}"`, signal)
    if (clock() >= deadline) {
      const message = `process "${name}" was not ready after ${timeoutMs / 1000} s${await tail()}`
      throw new GymError('provider', 'not-ready', message)
    }
    await delay(Math.min(readiness?.intervalMs ?? POLL_MS, Math.max(1, deadline - clock())))
  }
}

function succeeds(
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...environment }, signal, timeout: 30_000 }, (error) => {
      resolve(error === null)
    })
  })
}
