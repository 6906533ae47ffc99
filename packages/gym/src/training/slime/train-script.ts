import { shellQuoted } from './shell-quoted.js'

/**
 * Writes the shell script that becomes slime's training; it ends with slime's exit code. Arguments of the script come after
 * those given here, and so over them.
 */
export function trainScript(args: readonly string[]): string {
  return `#!/usr/bin/env bash
set -euo pipefail
cd "\${SLIME_HOME:-/root/slime}"
exec python3 train.py ${[...byFlag(args).map(shellQuoted), '"$@"'].join(' \\\n  ')}
`
}

/** Groups each flag with its values, for a script that can be read. */
function byFlag(args: readonly string[]): string[][] {
  const groups: string[][] = []
  for (const arg of args) {
    if (arg.startsWith('--') || groups.length === 0) groups.push([arg])
    else groups.at(-1)?.push(arg)
  }
  return groups
}
