import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import { EXIT_STOPPED, EXIT_TIMED_OUT } from './host.js'
import { recordExit, recordStart } from './local/guard-record.js'

/*
 * A process of its own that runs one program which knows nothing of its parent: it ends that program, and everything
 * that program started, on SIGTERM or SIGINT and, with --with-parent, when stdin closes, as it does when the parent was
 * killed. It ends as the program ended. The label says in the list of processes whose guard it is.
 *
 * With --record it leaves in that folder who runs and how it ended, for clients that come later: 124 when --timeout-ms
 * ran out, 137 when it was told to end. Its own exit code is the program's in every case.
 *
 *   guard-main.js --label dep-... --grace-ms 4000 [--with-parent] [--record folder] [--timeout-ms n] -- program args...
 */
const { values, positionals } = parseArgs({
  options: {
    label: { type: 'string' },
    'grace-ms': { type: 'string' },
    'with-parent': { type: 'boolean' },
    record: { type: 'string' },
    'timeout-ms': { type: 'string' },
  },
  allowPositionals: true,
})
const [program, ...args] = positionals
if (program === undefined) throw new Error('the guard was given no program to run')

const graceMs = Number(values['grace-ms'] ?? 4000)
/** How often the group is asked whether somebody of it still lives, milliseconds. */
const pollMs = 25
/** After SIGKILL only zombies are left, which nobody takes away where process 1 is no init, milliseconds. */
const zombieMs = 500

// Before the program is started: a signal that came between the two would end the guard alone and orphan the program.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => endBecause(EXIT_STOPPED))

// Its own group: engines start workers, and a signal to the group reaches all of them. Both outputs go to the log.
const child = spawn(program, args, { detached: true, stdio: ['ignore', 2, 2] })
let isEnding = false
/** Why it was ended, as an exit code; null while nobody ended it. */
let endedWith: number | null = null

if (values.record !== undefined && child.pid !== undefined) recordStart(values.record, process.pid, child.pid)

child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  finish(127)
})
child.once('exit', (code, signal) => {
  // Workers that outlive their engine would keep the GPU.
  endGroup(() => finish(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
})
if (values['with-parent']) {
  process.stdin.resume()
  process.stdin.once('close', () => endBecause(EXIT_STOPPED))
}
if (values['timeout-ms'] !== undefined) runOutOfTime(Date.now() + Number(values['timeout-ms']))

/** Waits in pieces: a timer holds 24 days at most. */
function runOutOfTime(deadline: number): void {
  const leftMs = deadline - Date.now()
  if (leftMs <= 0) endBecause(EXIT_TIMED_OUT)
  else setTimeout(() => runOutOfTime(deadline), Math.min(leftMs, 2 ** 30)).unref()
}

function endBecause(code: number): void {
  endedWith ??= code
  endGroup()
}

function finish(code: number): void {
  if (values.record !== undefined) recordExit(values.record, endedWith ?? code)
  process.exit(code)
}

function endGroup(done: () => void = () => undefined): void {
  if (!signalGroup('SIGTERM')) {
    done()
    return
  }
  if (!isEnding) {
    isEnding = true
    setTimeout(() => signalGroup('SIGKILL'), graceMs)
  }
  let waitedMs = 0
  const poll = setInterval(() => {
    waitedMs += pollMs
    if (signalGroup(0) && waitedMs < graceMs + zombieMs) return
    clearInterval(poll)
    done()
  }, pollMs)
}

/** Returns false when nobody of the group is left. */
function signalGroup(signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false
  try {
    process.kill(-child.pid, signal)
    return true
  } catch (error) {
    // EPERM: somebody is there, whom only the system may end; macOS says so of a group of zombies.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
