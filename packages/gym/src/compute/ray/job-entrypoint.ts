import type { ProcessSpec } from '../host.js'

/** The line that tells that what follows is the output of the process: Ray's own words come before it. */
export const START_LINE = 'GYM-START'

/** The line that tells that the readiness command has succeeded; whoever follows the output does not see it. */
export const READY_LINE = 'GYM-READY'

/**
 * Writes the shell line that a job runs. Its script is in base64: Ray writes the line into the job's own output, where it
 * must stay one line. The script sets the variables once more as they are, since Ray replaces `$NAME` in those of a runtime
 * environment, makes the folders of volumes, limits the time of the command (exit code 124) and, since nothing can be run
 * beside a job from outside, repeats the readiness command in a loop that ends with the job.
 */
export function jobEntrypoint(
  spec: ProcessSpec,
  environment: Readonly<Record<string, string>>,
  folders: readonly string[],
): string {
  const { command, readiness, timeoutMs } = spec
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`)
  const made = folders.map((folder) => `mkdir -p ${quote(folder)} || exit 1`)
  const lines = [`echo ${START_LINE}`, ...variables, ...made]
  if (readiness !== undefined) {
    const probe = readiness.command.map(quote).join(' ')
    const seconds = readiness.intervalMs / 1000
    lines.push(
      `( while kill -0 $$ 2>/dev/null && ! ${probe} >/dev/null 2>&1; do sleep ${seconds}; done; ` +
        `kill -0 $$ 2>/dev/null && echo ${READY_LINE} ) &`,
    )
  }
  lines.push(`exec timeout -k 10 ${Math.ceil(timeoutMs / 1000)} ${command.map(quote).join(' ')}`)
  return `exec bash -c "$(echo ${Buffer.from(lines.join('\n')).toString('base64')} | base64 -d)"`
}

function quote(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
