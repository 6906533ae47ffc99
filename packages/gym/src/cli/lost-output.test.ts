import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenForInterrupt } from './interrupt.js'
import { watchOutput } from './lost-output.js'

/** A stream on which every write fails; as with a process's own, that does not close it. */
function failing(code: string): Writable {
  return new Writable({
    autoDestroy: false,
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
  })
}

function collecting(): { readonly stream: Writable; text: () => string } {
  const chunks: unknown[] = []
  const write: ConstructorParameters<typeof Writable>[0] = {
    write: (chunk, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  }
  return { stream: new Writable(write), text: () => chunks.join('') }
}

describe('lost output', () => {
  it.each(['EPIPE', 'EIO'])('keeps the exit code after %s, and tells once that nobody reads', async (code) => {
    for (const exitCode of [0, 1, 130]) {
      let gone = 0
      const stdout = failing(code)
      const output = watchOutput({ stdout, stderr: failing(code), onReaderGone: () => (gone += 1) })
      stdout.write('one')
      stdout.write('two')
      expect(await output.settle(exitCode)).toBe(exitCode)
      expect(gone).toBe(1)
    }
  })

  it('exits 3 when a result could not be written, unless what failed before says more', async () => {
    for (const [exitCode, expected] of [[0, 3] as const, [1, 1] as const]) {
      const stderr = collecting()
      const stdout = failing('ENOSPC')
      const output = watchOutput({ stdout, stderr: stderr.stream, onReaderGone: () => expect.unreachable() })
      stdout.write('the result')
      expect(await output.settle(exitCode)).toBe(expected)
      expect(stderr.text()).toBe(
        'error: the output could not be written (write ENOSPC); free the disk, or send it elsewhere\n',
      )
    }
  })

  it('lets what was interrupted finish when the terminal that is told of it is closed', async () => {
    const source = new EventEmitter()
    const stderr = failing('EIO')
    const exits: number[] = []
    const output = watchOutput({ stdout: failing('EIO'), stderr, onReaderGone: () => undefined })
    const interrupt = listenForInterrupt({
      source,
      onFirst: () => stderr.write('stopping cleanly'),
      exit: (code) => exits.push(code),
    })
    source.emit('SIGHUP', 'SIGHUP')
    expect(await output.settle(130)).toBe(130)
    expect({ exits, isAborted: interrupt.signal.aborted }).toEqual({ exits: [], isAborted: true })
    expect(output.isTerminalGone()).toBe(true)
  })
})

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const training = ['train', '--model', 'tiny-poet', '--rollout-batch-size', '2', '--n-samples-per-prompt', '2']
const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env

/** Closes a terminal once a training in it has done two rollouts, and prints how the training then ended. */
const closedTerminal = `
import fcntl, os, pty, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
seen = b''
while b'rollout 3/500 ' not in seen:
    seen += os.read(master, 65536)
os.close(master)
status = os.waitpid(pid, 0)[1]
print(os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status))
`
const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0
if (!hasPty) console.warn('skipped: a closed terminal, since python3 with its module pty is missing')

describe('lost output of a command', { timeout: 300_000 }, () => {
  let folder: string
  const running = new Set<ChildProcess>()
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gym-output-'))
  })
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  function start(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    child.once('close', () => running.delete(child))
    return child
  }

  async function read(child: ChildProcess, name: 'stdout' | 'stderr', until = /$ends/): Promise<string> {
    let text = ''
    for await (const part of child[name] ?? []) {
      text += part
      if (until.test(text)) return text
    }
    return text
  }

  async function lastRun() {
    const child = start(['runs', 'latest', '--json'])
    const { run } = JSON.parse(await read(child, 'stdout'))
    const last = `iter_${String(run.rolloutsDone - 1).padStart(7, '0')}`
    const folderOfLast = join(folder, '.training-gym', 'runs', run.trainingRunId, 'checkpoints', last)
    return { state: run.state, rolloutsDone: run.rolloutsDone, isLastKept: existsSync(folderOfLast) }
  }

  it('exits 1 for a gate that did not pass, though the reader has gone', async () => {
    const gate = ['--n-rows', '1', '--require-mean', '5', '--name', 'gated']
    const child = start(['eval', '--model', 'tiny-poet', ...gate])
    child.stdout?.destroy()
    child.stderr?.destroy()
    expect(await once(child, 'exit')).toEqual([1, null])
  })

  it('ends a command that only prints quietly', async () => {
    const child = start(['evals'])
    child.stdout?.destroy()
    const [stderr, ended] = await Promise.all([read(child, 'stderr'), once(child, 'exit')])
    expect({ stderr, ended }).toEqual({ stderr: '', ended: [0, null] })
  })

  it.skipIf(!existsSync('/dev/full'))('exits 3 when the disk is full, saying so', async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [main, 'evals'], { cwd: folder, env, stdio: ['ignore', full, 'pipe'] })
    const [stderr, ended] = await Promise.all([read(child, 'stderr'), once(child, 'exit')])
    expect(stderr).toMatch(
      /^error: the output could not be written \(ENOSPC.*\); free the disk, or send it elsewhere\n$/,
    )
    expect(ended).toEqual([3, null])
  })

  it('trains to the end when the reader of its progress has gone', async () => {
    const child = start([...training, '--num-rollout', '3'])
    const ended = once(child, 'exit')
    // Leaving the loop closes the pipe, as `head` does.
    await read(child, 'stderr', /^ +1\/3 /m)
    child.stdout?.destroy()
    expect(await ended).toEqual([0, null])
    expect(await lastRun()).toEqual({ state: 'completed', rolloutsDone: 3, isLastKept: true })
  })

  it('ends the log of a run that goes on when its reader has gone, and then the run as asked, with nobody to tell', async () => {
    const train = start([...training, '--num-rollout', '500'])
    const ended = once(train, 'exit')
    await read(train, 'stderr', /^ +1\/500 /m)
    const follow = start(['logs', 'latest', '--follow'])
    const followed = once(follow, 'exit')
    await read(follow, 'stdout', /^ +1\/500 /m)
    expect(await followed).toEqual([0, null])
    train.kill('SIGHUP')
    expect(await ended).toEqual([130, null])
    expect(await lastRun()).toMatchObject({ state: 'interrupted', isLastKept: true })
  })

  it.skipIf(!hasPty)('saves what was trained when its terminal is closed', async () => {
    const args = ['-c', closedTerminal, process.execPath, main, ...training, '--num-rollout', '500']
    const child = spawn('python3', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    expect(await read(child, 'stdout')).toBe('-1\n')
    running.delete(child)
    expect(await lastRun()).toMatchObject({ state: 'interrupted', isLastKept: true })
  })
})
