import { isRecord } from '../is-record.js'
import type { RunRecord } from '../store/records.js'

/** What stands where a secret was. */
export const NOT_SHOWN = 'not shown'

/** Names of options that are keys to somebody's account or server; others ending in `Key` name columns. */
const keyName = /^wandbKey$|apiKey$|passw|secret|credential/i
/** Options that hold environment variables, as a record or as the JSON of one. */
const variables = new Set(['env', 'trainEnvVars'])
/** What the names of secrets have in common. */
const secretWord = /key|token|secret|passw|credential|auth|env[-_]?vars?$/i
/** Characters below which a value, such as `1` or `INFO`, stands all over a text without being told by it. */
const FEWEST_CHARACTERS = 8

type Config = Readonly<Record<string, unknown>>

/** A value of a run's configuration that only who started the run may see. */
export interface RecordedSecret {
  /** Option of the recipe, e.g. `env`. */
  readonly option: string
  /** Name of the variable or of the argument; null where the whole option is the secret. */
  readonly name: string | null
  readonly value: unknown
}

/**
 * Keeps the names of environment variables and of keys in a run's configuration, and not what they hold. Everything that
 * shows a run to people or hands it to another program goes through this; only the store has the values, to resume with.
 */
export function withoutSecrets(config: Config): Config {
  return replaceSecrets(config, () => {})
}

/** Does so for the whole record of a run, with the sentence about its end, which may quote its log. */
export function runWithoutSecrets<Run extends Pick<RunRecord, 'config' | 'error'>>(run: Run): Run {
  const { config, error } = run
  return { ...run, config: withoutSecrets(config), error: error === null ? null : secretHider(config)(error) }
}

/** Lists what `withoutSecrets` leaves out. */
export function secretsIn(config: Config): readonly RecordedSecret[] {
  const found: RecordedSecret[] = []
  replaceSecrets(config, (secret) => found.push(secret))
  return found
}

/**
 * Makes a function that takes a run's secrets out of a text, such as a line of its log. Values under eight characters stay,
 * and so do folders, unless their name says that they are secret: such words stand in a log for other reasons.
 */
export function secretHider(config: Config): (text: string) => string {
  const values = secretsIn(config).flatMap(({ option, name, value }) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (text.startsWith('/') && !secretWord.test(name ?? option)) return []
    // A key of several lines is printed line by line; a program may also print it as JSON.
    return [...text.split('\n'), JSON.stringify(text).slice(1, -1)].map((line) => line.trim())
  })
  const hidden = [...new Set(values)].filter((value) => value.length >= FEWEST_CHARACTERS)
  // The longest first: one secret may be the beginning of another.
  hidden.sort((a, b) => b.length - a.length)
  return (text) => hidden.reduce((shown, value) => shown.replaceAll(value, () => NOT_SHOWN), text)
}

function replaceSecrets(config: Config, tell: (secret: RecordedSecret) => unknown): Config {
  const { recipe } = config
  if (!isRecord(recipe)) return config
  const options = Object.entries(recipe).map(([option, value]) => [option, replaceIn(option, value, tell)])
  return { ...config, recipe: Object.fromEntries(options) }
}

function replaceIn(option: string, value: unknown, tell: (secret: RecordedSecret) => unknown): unknown {
  const hide = (name: string | null, secret: unknown) => {
    tell({ option, name, value: secret })
    return NOT_SHOWN
  }
  if (variables.has(option)) {
    const given = typeof value === 'string' ? parsed(value) : value
    if (!isRecord(given)) return hide(null, value)
    return Object.fromEntries(Object.entries(given).map(([name, secret]) => [name, hide(name, secret)]))
  }
  if (option === 'extraArgs' && Array.isArray(value)) return withoutSecretArguments(value, hide)
  return keyName.test(option) ? hide(null, value) : value
}

/** Hides what follows a flag whose name speaks of a secret: nobody has checked these arguments, so rather too much. */
function withoutSecretArguments(
  args: readonly unknown[],
  hide: (name: string, secret: unknown) => string,
): readonly unknown[] {
  let flag = ''
  return args.map((argument) => {
    const [, name, assigned] = (typeof argument === 'string' ? /^(--[\w-]+)(?:=(.*))?$/s.exec(argument) : null) ?? []
    if (name !== undefined) flag = name
    if (!secretWord.test(flag)) return argument
    if (name === undefined) return hide(flag, argument)
    return assigned === undefined ? argument : `${name}=${hide(name, assigned)}`
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
