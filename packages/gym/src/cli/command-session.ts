import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type Colors, createColors, isColorWanted } from '../console/colors.js'
import { createConsoleReporter } from '../console/console-reporter.js'
import type { OnProgress } from '../progress.js'
import { gymHome } from '../store/home.js'

/** The outside world of the CLI, as the process has it. */
export interface CliWorld {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal
  /** Does what Ctrl-C does, for when a line editor has caught it. */
  readonly interrupt: () => void
}

/** What every command has at hand: where it writes, what it was asked for, and when to stop. */
export interface CommandSession {
  readonly world: CliWorld
  readonly signal: AbortSignal
  /** Absolute folder of runs and checkpoints. */
  readonly home: string
  readonly isJson: boolean
  readonly isQuiet: boolean
  /** Columns of stdout, for prose; 100 where it is no terminal. */
  readonly columns: number
  /** Columns of stdout, for tables; no bound where it is no terminal, so that a pipe gets whole paths. */
  readonly tableColumns: number
  /** Colours of stdout. */
  readonly colors: Colors
  /** Writes progress to stderr, or nowhere with `--quiet`. */
  readonly onProgress: OnProgress
  /** Takes the progress bar off the screen. */
  endProgress(): void
  /** Writes the result for people to stdout; with `--json`, nothing. */
  print(lines: readonly string[]): void
  /** Writes the result as JSON to stdout, with `--json` only. */
  printJson(data: unknown): void
  /** Says on stderr which gate did not pass. */
  fail(message: string): void
}

interface SharedOptions {
  readonly home?: string
  readonly json?: boolean | string
  readonly quiet?: boolean
}

/** Reads the options shared by all commands. `--home` also goes to the environment, for processes that commands start. */
export function openSession(command: Command, world: CliWorld): CommandSession {
  const options = command.optsWithGlobals<SharedOptions>()
  if (options.home !== undefined) world.env.TRAINING_GYM_HOME = resolve(world.cwd, options.home)
  const isJson = options.json === true
  const reporter = createConsoleReporter({ stream: world.stderr, color: colorOf(world.stderr, world) })
  const isQuiet = options.quiet === true
  return {
    world,
    signal: world.signal,
    home: gymHome(world.env, world.cwd),
    isJson,
    isQuiet,
    columns: world.stdout.columns ?? 100,
    tableColumns: world.stdout.columns ?? Number.POSITIVE_INFINITY,
    colors: createColors(colorOf(world.stdout, world)),
    onProgress: isQuiet ? () => {} : reporter.onProgress,
    endProgress: reporter.end,
    print(lines) {
      reporter.end()
      if (!isJson) world.stdout.write(lines.map((line) => `${line}\n`).join(''))
    },
    printJson(data) {
      reporter.end()
      if (isJson) world.stdout.write(`${JSON.stringify(data, null, 2)}\n`)
    },
    fail(message) {
      reporter.end()
      world.stderr.write(`failed: ${message}\n`)
    },
  }
}

function colorOf(stream: NodeJS.WriteStream, world: CliWorld): boolean {
  return isColorWanted(stream.isTTY === true, world.env)
}

/** Says what an exit code of 0 must not hide, so with `--quiet` too. */
export function warnAlways(
  { isQuiet, onProgress, world }: Pick<CommandSession, 'isQuiet' | 'onProgress' | 'world'>,
  message: string,
): void {
  if (isQuiet) world.stderr.write(`warning: ${message}\n`)
  else onProgress({ kind: 'notice', message, isWarning: true })
}
