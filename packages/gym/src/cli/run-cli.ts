import { CommanderError } from 'commander'
import { createColors, isColorWanted } from '../console/colors.js'
import type { CliWorld } from './command-session.js'
import { type CommandOutcome, createProgram } from './create-program.js'
import { explainError } from './explain-error.js'
import { type Interrupt, listenForInterrupt } from './interrupt.js'
import { watchOutput } from './lost-output.js'

/** Commands that may print without end and do nothing else: they end when nobody reads them any more. */
const endWithTheirReader: ReadonlySet<string> = new Set(['logs', 'chat'])

/**
 * Runs one command line and returns its exit code, once all that it printed is written: 0 ok, 1 gate or job failed, 2
 * usage, 3 infrastructure, 130 interrupted. Never throws.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const { stdout, stderr } = process
  const outcome = { exitCode: 0 }
  let running = ''
  const output = watchOutput({
    stdout,
    stderr,
    onReaderGone: () => {
      if (endWithTheirReader.has(running)) process.exit(outcome.exitCode)
    },
  })
  const interrupt = listenForInterrupt({
    source: process,
    onFirst: () => stderr.write('\nstopping cleanly; press Ctrl-C again to stop at once\n'),
    exit: (code) => process.exit(code),
  })
  const onCommand = (name: string) => {
    running = name
  }
  const exitCode = await runProgram(args, { outcome, interrupt, onCommand }).finally(interrupt.dispose)
  const settled = await output.settle(exitCode)
  // Node aborts when it exits without the terminal that it began with; so it ends as programs do whose terminal is closed.
  if (output.isTerminalGone()) {
    process.emit('exit', settled)
    process.removeAllListeners('SIGHUP').kill(process.pid, 'SIGHUP')
  }
  return settled
}

interface ProgramRun {
  readonly outcome: CommandOutcome
  readonly interrupt: Interrupt
  readonly onCommand: (name: string) => void
}

async function runProgram(args: readonly string[], { outcome, interrupt, onCommand }: ProgramRun): Promise<number> {
  const { stdin, stdout, stderr, env } = process
  const world: CliWorld = {
    ...{ stdin, stdout, stderr, env },
    cwd: process.cwd(),
    signal: interrupt.signal,
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  }
  const program = createProgram(world, outcome)
  program.hook('preAction', (_program, command) => onCommand(command.name()))
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
    const colors = createColors(isColorWanted(stderr.isTTY === true, env))
    for (const [index, line] of lines.entries()) stderr.write(`${index === 0 ? colors.red(line) : line}\n`)
    return exitCode
  }
}
