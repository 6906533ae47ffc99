import { Console } from 'node:console'

/**
 * Sends what user code prints with `console.log` and its kin to stderr, where stdout is JSON and nothing else. Returns how
 * to undo it. What it writes to `process.stdout` itself is not covered.
 */
export function consoleToStderr(stderr: NodeJS.WritableStream, target: Console = console): () => void {
  const other = new Console({ stdout: stderr, stderr })
  const before = { ...target }
  Object.assign(target, other)
  return () => void Object.assign(target, before)
}
