import { fileURLToPath } from 'node:url'

/** Finds the program of the server process. */
export function serverEntry(): string {
  // Under a test runner this module is TypeScript, which a process of Node 20 cannot run: the built program serves.
  const isSource = import.meta.url.endsWith('.ts')
  const path = isSource ? '../../dist/server/serve-main.js' : '../server/serve-main.js'
  return fileURLToPath(new URL(path, import.meta.url))
}
