import { join } from 'node:path'
import type { OnProgress } from '../progress.js'
import type { CommandSession } from './command-session.js'
import { shownPath } from './shown-path.js'

/** Where a command says how to watch it, and whether it is to. */
type Watched = Pick<CommandSession, 'home' | 'isJson' | 'isQuiet'> & {
  readonly world: { readonly cwd: string; readonly stderr: { write(text: string): unknown } }
}

/** Says once, on stderr, how to watch what a long command does; not with `--json` or `--quiet`. */
export function sayHowToWatch({ home, isJson, isQuiet, world }: Watched): void {
  if (isJson || isQuiet) return
  const isUsual = home === join(world.cwd, '.training-gym')
  world.stderr.write(`watch it: training-gym dashboard${isUsual ? '' : ` --home ${shownPath(home, world.cwd)}`}\n`)
}

/**
 * Passes progress on, and says how to watch when the first thing starts: what a command was given wrong is told before
 * that, and alone.
 */
export function watchedProgress(session: Watched & Pick<CommandSession, 'onProgress'>): OnProgress {
  let isSaid = false
  return (event) => {
    if (!isSaid && (event.kind === 'serve-start' || event.kind === 'eval-start' || event.kind === 'train-start')) {
      isSaid = true
      sayHowToWatch(session)
    }
    session.onProgress(event)
  }
}
