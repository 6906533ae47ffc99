import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Port that a server in a sandbox is reached at. */
export const SERVING_PORT = 8000

/** Stand in the arguments of an engine for where it is to listen; only the sandbox knows. */
export const PLACE = { host: '{{host}}', port: '{{port}}' } as const

/** Exit code of a server that nobody asked anything for long enough. */
export const EXIT_IDLE = 0

export interface ServingCommandOptions {
  readonly engine: readonly string[]
  readonly idleSeconds: number
  readonly startSeconds: number
  /** SHA-256 of the key, hex, where the port is open to the internet. */
  readonly keyHash: string | null
}

/** Makes the command of a sandbox that serves: the program of the sandbox as text, its settings, and the engine. */
export function servingCommand({ engine, ...settings }: ServingCommandOptions): string[] {
  const program = readFileSync(fileURLToPath(new URL(programPath(), import.meta.url)), 'utf8')
  const given = JSON.stringify({ port: SERVING_PORT, ...settings })
  return ['node', '--input-type=module', '-e', program, '--', given, ...engine]
}

/** Makes the command that tells whether the server is ready. */
export function readinessCommand(): string[] {
  const port = `process.env.GYM_PORT_${SERVING_PORT}`
  const look = `fetch('http://127.0.0.1:' + ${port} + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`
  return ['node', '-e', look]
}

function programPath(): string {
  // Under a test runner this module is TypeScript, which Node 20 cannot run: what was built is sent.
  return import.meta.url.endsWith('.ts')
    ? '../../../dist/deployments/remote/serving-program.js'
    : './serving-program.js'
}
