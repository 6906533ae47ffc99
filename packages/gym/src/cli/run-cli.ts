import { CommanderError } from 'commander'
import { createColors, isColorWanted } from '../console/colors.js'
import type { CliWorld } from './command-session.js'
import { createProgram } from './create-program.js'
import { explainError } from './explain-error.js'
import { listenForInterrupt } from './interrupt.js'

/**
 * Runs one command line and returns its exit code: 0 ok, 1 gate or job failed, 2 usage, 3 infrastructure, 130
 * interrupted. Never throws.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const { stdout, stderr } = process
  const colors = createColors(isColorWanted(stderr.isTTY === true, process.env))
  // A reader that has gone (`| head`) is no error; there is nobody left to tell.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 3)
    })
  }
  const interrupt = listenForInterrupt({
    source: process,
    onFirst: () => stderr.write('\nstopping cleanly; press Ctrl-C again to stop at once\n'),
    exit: (code) => process.exit(code),
  })
  const world: CliWorld = {
    stdin: process.stdin,
    stdout,
    stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: interrupt.signal,
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  }
  const outcome = { exitCode: 0 }
  const program = createProgram(world, outcome)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return outcome.exitCode
  } catch (error) {
    // Commander has written its own message by now; help and --version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { lines, exitCode } = explainError(error, {
      isInterrupted: interrupt.signal.aborted,
      isVerbose: args.includes('--verbose'),
    })
    for (const [index, line] of lines.entries()) stderr.write(`${index === 0 ? colors.red(line) : line}\n`)
    return exitCode
  } finally {
    interrupt.dispose()
  }
}
