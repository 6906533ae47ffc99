import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { driverVariables, rayEnvironment } from '../../../compute/ray/fake/ray-environment.test.support.js'

/**
 * Stands in for the program `ray`: `start` and `stop` of a head, and `job submit`, `status`, `logs` and `stop`. A job is a
 * shell line with the environment in which the head was started and its runtime environment; it goes on without whoever
 * submitted it. As with Ray 2.53 the client's exit code is 1 when the job failed and 0 for every other state, also RUNNING,
 * where the stream of its output has ended. What it keeps lies in a folder named after GYM_RUN.
 *
 * STAND_IN_RAY breaks it on purpose: `no-start` makes `start` fail, `late-dashboard` refuses the first two submissions,
 * `no-dashboard` all of them, `lost-answer` takes the first one and says that it did not, `no-environment` lets the job fail
 * before it runs, `cut-stream` ends the stream of the output while the job runs.
 */
const fault = process.env.STAND_IN_RAY
const state = join(tmpdir(), `stand-in-ray-${process.env.GYM_RUN ?? 'default'}`)
const nodeFile = join(state, 'node.json')
const argv = process.argv.slice(2)
const option = (name: string) => {
  const at = argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  return argv[at]?.includes('=') ? argv[at]?.slice(name.length + 1) : at < 0 ? undefined : argv[at + 1]
}
const fileOf = (id: string, what: 'pid' | 'log' | 'code' | 'stopped') => join(state, `${id}.${what}`)

switch (argv[0] === 'job' ? `job ${argv[1]}` : argv[0]) {
  case 'start':
    if (fault === 'no-start') fail('ConnectionError: Ray has started already elsewhere')
    mkdirSync(state, { recursive: true })
    writeFileSync(nodeFile, JSON.stringify(process.env))
    process.stdout.write('Ray runtime started.\n')
    break
  case 'stop':
    for (const id of jobs()) stopJob(id)
    rmSync(state, { recursive: true, force: true })
    break
  case 'job submit':
    await submit(option('--submission-id') ?? 'job', argv.slice(argv.indexOf('--') + 1))
    break
  case 'job status':
    sayStatus(argv.at(-1) ?? '')
    break
  case 'job logs':
    if (argv.includes('--follow')) await follow(argv.at(-1) ?? '')
    else process.stdout.write(readFileSync(fileOf(argv.at(-1) ?? '', 'log')))
    break
  case 'job stop':
    stopJob(argv.at(-1) ?? '')
    break
  default:
    fail(`no such command: ${argv.join(' ')}`)
}

async function submit(id: string, command: readonly string[]): Promise<void> {
  // Taken only when all below is done: the head goes on with a job whose submitter is killed, and must know of it.
  process.once('SIGTERM', () => process.exit(143))
  let node: Record<string, string>
  try {
    node = JSON.parse(readFileSync(nodeFile, 'utf8')) as Record<string, string>
  } catch {
    fail('ConnectionError: could not find a running Ray instance; run ray start first')
  }
  const refusals = join(state, 'refusals')
  const refused = existsSync(refusals) ? readFileSync(refusals, 'utf8').length : 0
  if (fault === 'no-dashboard' || (fault === 'late-dashboard' && refused < 2)) {
    writeFileSync(refusals, '.', { flag: 'a' })
    fail('ConnectionError: Failed to connect to Ray at address: http://127.0.0.1:8265.')
  }
  if (existsSync(fileOf(id, 'log'))) fail(`RuntimeError: Job with submission_id ${id} already exists.`)
  const { env_vars: variables = {} } = JSON.parse(option('--runtime-env-json') ?? '{}') as {
    env_vars?: Record<string, string>
  }
  const log = openSync(fileOf(id, 'log'), 'a')
  if (fault === 'no-environment') {
    writeFileSync(fileOf(id, 'code'), 'null')
  } else {
    // A group of its own, as Ray's worker is, so that stopping it reaches all it started.
    const line = `(${shellLine(command)}); code=$?; echo "$code" >"${fileOf(id, 'code')}.new" && mv "${fileOf(id, 'code')}.new" "${fileOf(id, 'code')}"`
    const child = spawn('sh', ['-c', line], {
      env: { ...rayEnvironment(node, variables), ...driverVariables(variables, nodeFile) },
      stdio: ['ignore', log, log],
      detached: true,
    })
    child.unref()
    writeFileSync(fileOf(id, 'pid'), String(child.pid))
  }
  closeSync(log)
  if (fault === 'lost-answer') fail('TimeoutError: the answer to the request did not come')
  process.stdout.write(`Job '${id}' submitted successfully\n`)
  if (!argv.includes('--no-wait')) await follow(id)
}

/** Ray makes a shell line of a command by the rules of Windows: what has no space or quotes is taken as it is. */
function shellLine(command: readonly string[]): string {
  return command.map((word) => (/[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word)).join(' ')
}

/** Prints what the job writes until it has ended, or the stream breaks; then the exit code is that of the client of Ray. */
async function follow(id: string): Promise<void> {
  const log = openSync(fileOf(id, 'log'), 'r')
  const part = Buffer.alloc(65_536)
  for (;;) {
    const hasEnded = statusOf(id) !== 'RUNNING'
    let length = 0
    for (let read = 1; read > 0; length += read) {
      read = readSync(log, part)
      process.stdout.write(part.subarray(0, read))
    }
    if (hasEnded || (fault === 'cut-stream' && length > 0)) break
    await delay(20)
  }
  closeSync(log)
  if (sayStatus(id) === 'FAILED') process.exitCode = 1
}

function sayStatus(id: string): string {
  const status = statusOf(id)
  const told: Readonly<Record<string, string>> = {
    SUCCEEDED: `Job '${id}' succeeded`,
    FAILED: `Job '${id}' failed\nStatus message: it ended with exit code ${codeOf(id)}`,
    STOPPED: `Job '${id}' was stopped`,
  }
  process.stdout.write(`${told[status] ?? `Status for job '${id}': ${status}`}\n`)
  return status
}

function statusOf(id: string): string {
  if (!existsSync(fileOf(id, 'log'))) fail(`RuntimeError: Job ${id} does not exist`)
  if (existsSync(fileOf(id, 'stopped'))) return 'STOPPED'
  // Looked at first: the code is there before its process is gone.
  const isAlive = runs(id)
  const code = codeOf(id)
  if (code !== null) return code === '0' ? 'SUCCEEDED' : 'FAILED'
  return isAlive ? 'RUNNING' : 'FAILED'
}

function runs(id: string): boolean {
  try {
    return process.kill(Number(readFileSync(fileOf(id, 'pid'), 'utf8')), 0)
  } catch {
    return false
  }
}

function codeOf(id: string): string | null {
  try {
    return readFileSync(fileOf(id, 'code'), 'utf8').trim()
  } catch {
    return null
  }
}

function jobs(): string[] {
  try {
    return readdirSync(state).flatMap((name) => (name.endsWith('.pid') ? [name.slice(0, -'.pid'.length)] : []))
  } catch {
    return []
  }
}

function stopJob(id: string): void {
  if (!existsSync(fileOf(id, 'log')) || codeOf(id) !== null) return
  writeFileSync(fileOf(id, 'stopped'), '')
  try {
    process.kill(-Number(readFileSync(fileOf(id, 'pid'), 'utf8')), 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
