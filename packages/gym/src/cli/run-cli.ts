import { writeSync } from 'node:fs'
import { type Command, CommanderError } from 'commander'
import { createColors, isColorWanted } from '../console/colors.js'
import { GymError } from '../errors.js'
import type { CliWorld } from './command-session.js'
import { consoleToStderr } from './console-to-stderr.js'
import { type CommandOutcome, createProgram } from './create-program.js'
import { endWithin } from './end-within.js'
import { guardExit } from './exit-guard.js'
import { type ExplainOptions, explainError, toldOf } from './explain-error.js'
import { type Interrupt, listenForInterrupt } from './interrupt.js'
import { type LateError, listenForLateErrors } from './late-errors.js'
import { watchOutput } from './lost-output.js'

/** Commands that may print without end and do nothing else: they end when nobody reads them any more. */
const endWithTheirReader: ReadonlySet<string> = new Set(['logs', 'chat'])

/** How long a command that an error has cut off may take to keep what it has: writing weights to a slow disk takes minutes. */
const latestEndMs = 600_000

/** Commands that call the user's reward, config or scorers in this process. */
const callUserCode: ReadonlySet<string> = new Set(['train', 'eval', 'rescore', 'reward'])

/**
 * Runs one command line and returns its exit code, once all that it printed is written: 0 ok, 1 gate or job failed, 2
 * usage, 3 infrastructure, 130 interrupted. Never throws.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const { stdout, stderr } = process
  const outcome: CommandOutcome = { exitCode: 0 }
  let running = ''
  let allowExit = () => {}
  const exit = (code: number): never => {
    allowExit()
    process.exit(code)
  }
  const output = watchOutput({
    stdout,
    stderr,
    onReaderGone: () => {
      if (endWithTheirReader.has(running)) exit(outcome.exitCode)
    },
  })
  const interrupt = listenForInterrupt({
    source: process,
    onFirst: () => stderr.write('\nstopping cleanly; press Ctrl-C again to stop at once\n'),
    exit,
  })
  const undo = [interrupt.dispose]
  const late: LateError[] = []
  const onCommand = (command: Command) => {
    running = topCommandOf(command)
    if (command.opts().json === true) undo.push(consoleToStderr(stderr))
    if (!callUserCode.has(running)) return
    const write = (text: string) => {
      try {
        writeSync(stderr.fd, text)
      } catch {
        // Nobody reads it any more; the exit code says it as well.
      }
    }
    const howToContinue = () => (outcome.goOn === undefined ? '' : `Continue it:  ${outcome.goOn}\n`)
    ;({ allowExit } = guardExit({ source: process, write, howToContinue }))
    const stopListening = listenForLateErrors({
      source: process,
      onFirst: (first) => {
        late.push(first)
        endWithin(latestEndMs, `error: ${toldOf(first.error)}, and the command has not ended since; it was killed\n`)
        interrupt.fail(
          first.failure ?? new GymError('engine', 'late-fault', toldOf(first.error), { cause: first.error }),
        )
      },
      onBroken: (error) => {
        for (const line of explainError(error, { isInterrupted: false, isVerbose: true }).lines) write(`${line}\n`)
        exit(3)
      },
    })
    undo.push(stopListening)
  }
  const run = runProgram(args, { outcome, interrupt, onCommand, late })
  const exitCode = await run
  allowExit()
  // Listened to while the output is written: what is thrown now changes nothing.
  const settled = await output.settle(exitCode)
  for (const end of undo) end()
  // Node aborts when it exits without the terminal that it began with; so it ends as programs do whose terminal is closed.
  if (output.isTerminalGone()) {
    process.emit('exit', settled)
    process.removeAllListeners('SIGHUP').kill(process.pid, 'SIGHUP')
  }
  return settled
}

/** Name of the command right under the program: `reward` of `reward check`. */
function topCommandOf(command: Command): string {
  const { parent } = command
  return parent === null || parent.parent === null ? command.name() : topCommandOf(parent)
}

interface ProgramRun {
  readonly outcome: CommandOutcome
  readonly interrupt: Interrupt
  readonly onCommand: (command: Command) => void
  /** What was thrown outside of any call meanwhile. */
  readonly late: readonly LateError[]
}

async function runProgram(
  args: readonly string[],
  { outcome, interrupt, onCommand, late }: ProgramRun,
): Promise<number> {
  const { stdin, stdout, stderr, env } = process
  const world: CliWorld = {
    ...{ stdin, stdout, stderr, env },
    cwd: process.cwd(),
    signal: interrupt.signal,
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  }
  const program = createProgram(world, outcome)
  program.hook('preAction', (_program, command) => onCommand(command))
  const told = (error: unknown) => {
    const options = { isInterrupted: interrupt.isAsked(), isVerbose: args.includes('--verbose') }
    const { lines, exitCode } = explainEnd(error, late[0], options)
    const colors = createColors(isColorWanted(stderr.isTTY === true, env))
    for (const [index, line] of lines.entries()) stderr.write(`${index === 0 ? colors.red(line) : line}\n`)
    return exitCode
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    // What was thrown too late to stop anything is a failure still.
    return late.length > 0 && !interrupt.isAsked() ? told(undefined) : outcome.exitCode
  } catch (error) {
    // Commander has written its own message by now; help and --version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return told(error)
  }
}

/** Explains the end of a command; one that something thrown late has brought about is told as that. */
function explainEnd(error: unknown, late: LateError | undefined, options: ExplainOptions) {
  if (late === undefined || options.isInterrupted) return explainError(error, options)
  const { failure } = late
  if (failure === null) return explainError(late.error, options)
  if (GymError.is(error) && error.boundary !== 'interrupted') return explainError(error, options)
  // What was done and how it goes on stands in the command's own error.
  const rest = GymError.is(error) && error.message !== 'interrupted' ? `\n${error.message}` : ''
  const message = `${failure.message}${rest}`
  return explainError(new GymError(failure.boundary, failure.code, message, { cause: failure.cause }), options)
}
