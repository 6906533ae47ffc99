import { printableLines } from '../console/printable.js'
import { exitCodeFor, GymError, messageOf } from '../errors.js'

export interface ExplainOptions {
  /** True after Ctrl-C: whatever was thrown then is its consequence. */
  readonly isInterrupted: boolean
  /** True adds the stack and the causes. */
  readonly isVerbose: boolean
}

/** Turns anything thrown into lines for stderr and an exit code. */
export function explainError(error: unknown, options: ExplainOptions): { lines: string[]; exitCode: number } {
  const details = options.isVerbose ? stackLines(error) : []
  if (options.isInterrupted || (GymError.is(error) && error.boundary === 'interrupted')) {
    const said = GymError.is(error) ? linesOf('interrupted', error) : ['interrupted']
    return { lines: [...said, ...details], exitCode: 130 }
  }
  const exitCode = exitCodeFor(error)
  if (GymError.is(error) || isEngineError(error)) {
    return { lines: [...linesOf('error', error), ...details], exitCode }
  }
  const hint = options.isVerbose
    ? 'this is a bug in training-gym; please report it with the lines above'
    : 'this is a bug in training-gym; run the command again with --verbose for the details to report'
  return { lines: [...linesOf('error', error), ...details, hint], exitCode }
}

/** Tells by the brand alone: importing the engine for it would slow down every command. */
function isEngineError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Symbol.for('training-gym.engine-error') in error
}

function linesOf(what: string, error: unknown): string[] {
  const [first = '', ...rest] = printableLines(toldOf(error))
  return [`${what}: ${first}`.replace(/^interrupted: interrupted\b/, 'interrupted'), ...rest]
}

/** The message of anything thrown, and where that is empty what else tells it apart. */
export function toldOf(error: unknown): string {
  const message = messageOf(error)
  if (message.trim() !== '') return message
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(toldOf).join('; ')
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  const name = error instanceof Error ? error.name : `a ${typeof error}`
  return `${typeof code === 'string' ? `${name} ${code}` : name} was thrown without a message; --verbose shows where`
}

function stackLines(error: unknown): string[] {
  const lines: string[] = []
  let current: unknown = error
  // Bounded: a cause may refer to itself.
  for (let depth = 0; current !== undefined && depth < 5; depth += 1) {
    const stack = current instanceof Error ? (current.stack ?? current.message) : String(current)
    lines.push(...printableLines(depth === 0 ? stack : `caused by ${stack}`))
    current = current instanceof Error ? current.cause : undefined
  }
  return lines
}
