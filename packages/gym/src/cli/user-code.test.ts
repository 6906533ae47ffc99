import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { guardExit } from './exit-guard.js'
import { type LateError, listenForLateErrors } from './late-errors.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-user-code-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a command, on a config whose reward is `reward` unless it takes none, with the number of the call at hand as `n`. */
async function cli(name: string, reward: string, args: readonly string[], before = '') {
  const config = `import { defineConfig, GrpoRecipe, HaikuTopics } from 'training-gym'
    ${before}
    let n = 0
    const sizes = { numRollout: 2, rolloutBatchSize: 2, nSamplesPerPrompt: 2, rolloutMaxResponseLen: 8 }
    export default defineConfig({
      model: 'tiny-poet',
      dataset: new HaikuTopics({ nRows: 4 }),
      reward: ({ response }) => { n += 1; ${reward} },
      recipe: new GrpoRecipe({ ...sizes, truncatedSamples: 'keep', saveInterval: 9 }),
    })`
  await writeFile(join(folder, `${name}.config.ts`), config)
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env
  const given = [
    main,
    ...args,
    ...(args[0] === 'runs' || args[0] === 'evals' ? [] : ['--config', `${name}.config.ts`]),
    '--home',
    name,
  ]
  const child = spawn(process.execPath, given, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (part) => (stdout += part))
  child.stderr.on('data', (part) => (stderr += part))
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Holds the call until what it has thrown has arrived. */
const wait = 'return new Promise((resolve) => setTimeout(resolve, 9000, 1))'

describe('what user code does to a command', { timeout: 120_000 }, () => {
  it.each([
    ['a timer that throws', 'late', `setTimeout(() => { throw new Error('late boom') })`, 'late boom'],
    ['a rejection that nobody awaits', 'stray', `Promise.reject(new Error('stray boom'))`, 'stray boom'],
  ])('keeps what was trained when %s ends it, and says what to do', async (_, name, mishap, said) => {
    const { code, stdout, stderr } = await cli(name, `if (n === 6) { ${mishap}; ${wait} } return response.length`, [
      'train',
    ])
    expect(stderr).toMatch(/^checkpoint \S+iter_0000000$/m)
    expect(stderr).toMatch(
      new RegExp(`^error: something threw outside of any call: ${said}.*; await every promise`, 'm'),
    )
    expect(stderr).toMatch(/^Continue it: {2}training-gym train --resume run-\S+$/m)
    expect(stderr).not.toMatch(/^ +at |Node\.js v/m)
    expect(stderr).toMatch(/late\.config\.ts:\d+:\d+|stray\.config\.ts:\d+:\d+/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  it('does not tell to continue a run whose resume state is lost, but what to begin with', async () => {
    const reward = 'if (n === 6) throw new Error(); return response.length'
    await cli('lost', reward, ['train'])
    const [run = ''] = await readdir(join(folder, 'lost', 'runs'))
    await truncate(join(folder, 'lost', 'runs', run, 'resume', 'iter_0000000.safetensors'), 1000)
    const { code, stderr } = await cli('lost', reward, ['train', '--resume', 'latest'])
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /^error: run run-\S+ cannot be resumed: .*; begin a new run from iter_0000000, .* --checkpoint \S+/m,
    )
    expect(stderr).not.toMatch(/continued?\b|Continue/)
    expect((await cli('lost', reward, ['runs', 'latest'])).stdout).toContain(`Next:  training-gym checkpoints ${run}`)
  })

  it('ends an evaluation so that it can be continued, with one error however many there were', async () => {
    const late = `setTimeout(() => { throw new Error('late boom') }); ${wait}`
    const { code, stderr } = await cli('eval', late, ['eval', '--junit', 'late.xml'])
    expect(code).toBe(1)
    const evals = await cli('eval', 'return 1', ['evals', '--json'])
    expect(JSON.parse(evals.stdout).evals).toMatchObject([
      {
        state: 'failed',
        error: expect.stringMatching(/^something threw outside of any call: late boom .*timers throw$/),
      },
    ])
    expect(await readFile(join(folder, 'late.xml'), 'utf8')).toContain('late boom')
    expect((await cli('eval', 'return 1', ['eval', '--resume', 'latest'])).code).toBe(0)
    expect(stderr.match(/late boom/g)).toHaveLength(1)
    expect(stderr).toContain('was interrupted after 0 of 4 responses')
    expect(stderr).toMatch(/^Continue it: {2}training-gym eval --resume eval-\S+$/m)
  })

  it('never passes when the process is ended from within', async () => {
    const trained = await cli('exit', 'if (n === 2) process.exit(0); return 1', ['train'])
    expect(trained.code).toBe(1)
    expect(trained.stderr).toMatch(
      /^error: the process was ended from within \(process\.exit in the reward or the config\?\).*\nContinue it: {2}training-gym train --resume run-\S+\n$/m,
    )
    await writeFile(join(folder, 'gate.xml'), '<testsuites tests="1" failures="0" errors="0"/>')
    const gated = await cli('exit', 'process.exit(0)', ['eval', '--json', '--junit', 'gate.xml'])
    expect(gated).toMatchObject({ code: 1, stdout: '' })
    expect(gated.stderr).toContain('the process was ended from within')
    expect(gated.stderr).toMatch(/^Continue it: {2}training-gym eval --resume eval-\S+$/m)
    const junit = await readFile(join(folder, 'gate.xml'), 'utf8')
    expect(junit).toContain('errors="1"')
    expect(junit).toContain('has not come to its end')
  })

  it('says what a command waits for when nothing can come any more', async () => {
    const { code, stderr } = await cli('idle', 'return 1', ['train'], 'await new Promise(() => {})')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: something waits for a promise that nothing will settle/)
    expect(stderr).not.toMatch(/Warning|Continue/)
    expect(existsSync(join(folder, 'idle'))).toBe(false)
  })

  it('keeps stdout for the JSON, whatever a reward prints', async () => {
    const print = `console.log('printed'); console.info('told'); console.table([{ n }]); return response.length`
    const { code, stdout, stderr } = await cli('json', print, ['eval', '--json'], `console.log('loading')`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ total: 4, failed: 0 })
    for (const line of ['loading', 'printed', 'told', '│ 0']) expect(stderr).toContain(line)
    const plain = await cli('json', print, ['eval'])
    expect(plain.stdout).toContain('printed')
  })
})

describe('late errors', () => {
  function listening() {
    const source = new EventEmitter()
    const late: LateError[] = []
    const broken: unknown[] = []
    const stop = listenForLateErrors({
      source,
      onFirst: (first) => late.push(first),
      onBroken: (error) => broken.push(error),
    })
    return { source, late, broken, stop }
  }
  const ofOurs = () => {
    const error = new Error('ours')
    error.stack = `Error: ours\n    at f (${fileURLToPath(import.meta.url)}:1:2)\n    at listOnTimeout (node:internal/timers:581:17)`
    return error
  }

  it('tells a fault of the gym from one of a reward by the files in its stack', () => {
    const { source, late } = listening()
    source.emit('uncaughtException', ofOurs())
    expect(late[0]?.failure).toBeNull()
    const theirs = ofOurs()
    theirs.stack += '\n    at reward (/home/ann/my project/gym.config.ts:6:42)'
    const other = listening()
    other.source.emit('unhandledRejection', theirs)
    expect(other.late[0]?.failure).toMatchObject({ boundary: 'reward', code: 'reward-threw-late', cause: theirs })
    expect(other.late[0]?.failure?.message).toContain('ours (/home/ann/my project/gym.config.ts:6:42)')
  })

  it.each([
    ['a connection', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'node:internal/streams:1:2'],
    ['a package', new Error('14 UNAVAILABLE'), '/home/ann/node_modules/nice-grpc/lib/client.js:1:2'],
    ['something without a stack', 'bare boom', ''],
    ['several at once, without a message', new AggregateError([new Error('connect ECONNREFUSED')]), ''],
  ])('accuses no reward of what fails in %s', (_, error, place) => {
    if (error instanceof Error) error.stack = `Error: x\n    at f (${place})`
    const { source, late } = listening()
    source.emit('uncaughtException', error)
    const told =
      error instanceof AggregateError ? 'connect ECONNREFUSED' : error instanceof Error ? error.message : error
    expect(late[0]?.failure).toMatchObject({ boundary: 'engine', code: 'failed-late', cause: error })
    expect(late[0]?.failure?.message).toContain(`something failed outside of any call: ${told}; nothing tells`)
    expect(late[0]?.failure?.message).not.toContain('reward')
  })

  it('hears the first, and after that only faults of the gym, which may keep it from ending', () => {
    const { source, late, broken, stop } = listening()
    for (const text of ['one', 'two']) source.emit('unhandledRejection', text)
    expect(late.map(({ error }) => error)).toEqual(['one'])
    expect(GymError.is(late[0]?.failure)).toBe(true)
    expect(broken).toEqual([])
    source.emit('uncaughtException', ofOurs())
    expect(broken).toHaveLength(1)
    stop()
    expect(source.eventNames()).toEqual([])
  })
})

it('ends a process that never gives way', async () => {
  const url = new URL('../../dist/cli/end-within.js', import.meta.url).href
  const program = `const { endWithin } = await import('${url}'); endWithin(1, 'it was killed'); for (;;);`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program])
  let stderr = ''
  child.stderr.on('data', (part) => (stderr += part))
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
  expect(stderr).toBe('it was killed')
})

describe('exit guard', () => {
  it('says nothing of an exit that is allowed, and fails any other', () => {
    for (const isAllowed of [true, false]) {
      const written: string[] = []
      const source: EventEmitter & { exitCode?: number } = new EventEmitter()
      const guard = guardExit({ source, write: (text) => written.push(text), howToContinue: () => 'go on\n' })
      if (isAllowed) guard.allowExit()
      source.emit('exit')
      expect(source.exitCode).toBe(isAllowed ? undefined : 1)
      expect(written.join('')).toEqual(isAllowed ? '' : expect.stringMatching(/ended from within.*\ngo on\n$/))
    }
  })
})
