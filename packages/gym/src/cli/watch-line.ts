import { join } from 'node:path'
import type { CommandSession } from './command-session.js'
import { shownPath } from './shown-path.js'

/** Says once, on stderr, how to watch what a long command does; not with `--json` or `--quiet`. */
export function sayHowToWatch({
  home,
  isJson,
  isQuiet,
  world,
}: Pick<CommandSession, 'home' | 'isJson' | 'isQuiet'> & {
  readonly world: { readonly cwd: string; readonly stderr: { write(text: string): unknown } }
}): void {
  if (isJson || isQuiet) return
  const isUsual = home === join(world.cwd, '.training-gym')
  world.stderr.write(`watch it: training-gym dashboard${isUsual ? '' : ` --home ${shownPath(home, world.cwd)}`}\n`)
}
