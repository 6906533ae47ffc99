import { spawn } from 'node:child_process'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { runFileTool } from './fake-file-tool.test.support.js'
import type { FakeSandbox } from './fake-sandbox.test.support.js'
import type { FakeFaults } from './fake-world.test.support.js'

/** A command that runs inside a sandbox, beside its entrypoint. */
export interface FakeExec {
  readonly stdin: Writable
  /** Bytes of one output from an offset on, until the command has ended. */
  read(fileDescriptor: 1 | 2, offset: number): AsyncGenerator<Buffer>
  /** Resolves to the exit code. */
  readonly ended: Promise<number>
  /** The exit code; null while it runs. */
  code(): number | null
}

/** Where the SDK finds its own program for files in every sandbox. */
const FILE_TOOL = '/__modal/.bin/modal-sandbox-fs-tools'

/** Starts a command in a sandbox. */
export function startFakeExec(
  sandbox: FakeSandbox,
  argv: readonly string[],
  { writeMs }: Pick<FakeFaults, 'writeMs'> = { writeMs: 0 },
): FakeExec {
  const [program = '', ...args] = argv
  if (program === FILE_TOOL) return fileToolExec(args[0] ?? '', writeMs)
  const child = spawn(program, args, { env: sandbox.environment, stdio: 'pipe' })
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (code) => resolve(code ?? 137))
  })
  // A command that never reads what it is given is no failure of the stand-in.
  child.stdin.on('error', () => undefined)
  return collect(child.stdin, child.stdout, child.stderr, ended)
}

function fileToolExec(command: string, writeMs: number): FakeExec {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const ended = runFileTool(command, stdin, stdout, writeMs).then(
    () => 0,
    (error: unknown) => {
      stderr.write(error instanceof Error ? error.message : String(error))
      return 1
    },
  )
  void ended.then(() => {
    stdout.end()
    stderr.end()
  })
  return collect(stdin, stdout, stderr, ended)
}

function collect(stdin: Writable, stdout: Readable, stderr: Readable, ended: Promise<number>): FakeExec {
  const outputs = { 1: bufferOf(stdout), 2: bufferOf(stderr) }
  let exitCode: number | null = null
  const settled = Promise.all([ended, outputs[1].ended, outputs[2].ended]).then(([code]) => {
    exitCode = code
    return code
  })
  return { stdin, ended: settled, code: () => exitCode, read: (fd, offset) => outputs[fd].read(offset) }
}

/** Keeps all that a stream gives, so that it can be read again from any offset. */
function bufferOf(stream: Readable) {
  const pieces: Buffer[] = []
  let waiting: (() => void)[] = []
  let isDone = false
  const wake = () => {
    for (const resolve of waiting) resolve()
    waiting = []
  }
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      isDone = true
      wake()
      resolve()
    }
    stream.on('data', (piece: Buffer) => {
      pieces.push(piece)
      wake()
    })
    stream.once('end', finish)
    stream.once('close', finish)
    stream.once('error', finish)
  })
  async function* read(offset: number): AsyncGenerator<Buffer> {
    let position = 0
    for (let index = 0; ; ) {
      for (let piece = pieces[index]; piece !== undefined; piece = pieces[++index]) {
        const from = Math.max(0, offset - position)
        position += piece.length
        if (from < piece.length) yield piece.subarray(from)
      }
      if (isDone) return
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return { ended, read }
}
