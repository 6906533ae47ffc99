import { fileURLToPath } from 'node:url'

/** Finds the program of the command line. */
export function cliEntry(): string {
  // Under a test runner this module is TypeScript, which a process of Node 20 cannot run: the built program serves.
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../../../dist/cli/main.js' : '../../cli/main.js', import.meta.url))
}
