import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driverVariables, rayEnvironment } from '../../../compute/ray/fake/ray-environment.test.support.js'

/**
 * Stands in for the program `ray`: `start` and `stop` of a head, `job submit` that runs a command with the environment in
 * which the head was started and its runtime environment, and ends as it ends, `job stop`. What it keeps lies in a folder
 * named after GYM_RUN.
 *
 * STAND_IN_RAY=no-start makes `start` fail.
 */
const state = join(tmpdir(), `stand-in-ray-${process.env.GYM_RUN ?? 'default'}`)
const nodeFile = join(state, 'node.json')
const argv = process.argv.slice(2)
const option = (name: string) => {
  const at = argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  return argv[at]?.includes('=') ? argv[at]?.slice(name.length + 1) : at < 0 ? undefined : argv[at + 1]
}

switch (argv[0] === 'job' ? `job ${argv[1]}` : argv[0]) {
  case 'start':
    if (process.env.STAND_IN_RAY === 'no-start') fail('ConnectionError: Ray has started already elsewhere')
    mkdirSync(state, { recursive: true })
    writeFileSync(nodeFile, JSON.stringify(process.env))
    process.stdout.write('Ray runtime started.\n')
    break
  case 'stop':
    for (const id of jobs()) stopJob(id)
    rmSync(state, { recursive: true, force: true })
    break
  case 'job submit':
    submit(option('--submission-id') ?? 'job', argv.slice(argv.indexOf('--') + 1))
    break
  case 'job stop':
    stopJob(argv[2] ?? '')
    break
  default:
    fail(`no such command: ${argv.join(' ')}`)
}

function submit(id: string, [command = '', ...args]: string[]): void {
  let node: Record<string, string>
  try {
    node = JSON.parse(readFileSync(nodeFile, 'utf8')) as Record<string, string>
  } catch {
    fail('ConnectionError: could not find a running Ray instance; run ray start first')
  }
  const { env_vars: variables = {} } = JSON.parse(option('--runtime-env-json') ?? '{}') as {
    env_vars?: Record<string, string>
  }
  // Before the job is started, which nobody would stop otherwise.
  const end = () => {
    stopJob(id)
    process.exit(143)
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  // A group of its own, as Ray's worker is, so that stopping it reaches all it started.
  const child = spawn(command, args, {
    env: { ...rayEnvironment(node, variables), ...driverVariables(variables, nodeFile) },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  writeFileSync(join(state, `${id}.pid`), String(child.pid))
  process.stdout.write(`Job '${id}' submitted successfully\n`)
  child.once('close', (code, signal) => {
    rmSync(join(state, `${id}.pid`), { force: true })
    process.stdout.write(`Job '${id}' ${code === 0 ? 'succeeded' : `failed (${signal ?? code})`}\n`)
    process.exit(code ?? 1)
  })
}

function jobs(): string[] {
  try {
    return readdirSync(state).flatMap((name) => (name.endsWith('.pid') ? [name.slice(0, -'.pid'.length)] : []))
  } catch {
    return []
  }
}

function stopJob(id: string): void {
  try {
    process.kill(-Number(readFileSync(join(state, `${id}.pid`), 'utf8')), 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
