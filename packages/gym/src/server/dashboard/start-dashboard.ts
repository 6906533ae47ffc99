import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isLoopbackAddress } from '../../deployments/server-access.js'
import { GymError } from '../../errors.js'
import { openStore } from '../../store/open-store.js'
import { listen } from '../listen.js'
import { allowedHost } from './allowed-host.js'
import { createChangeFeed } from './change-feed.js'
import { createDashboardApp } from './dashboard-app.js'
import { readPageFiles } from './page-files.js'
import { createSessionGate } from './session-gate.js'

export interface StartDashboardOptions {
  /** Folder of the state. */
  readonly home: string
  /** 0 takes any free one. */
  readonly port: number
  /** Address to listen on. Default 127.0.0.1; any that other machines can reach needs `password`. */
  readonly host?: string | undefined
  /** Asked for in place of a link. Default: a link lets one browser in. */
  readonly password?: string | undefined
  /** Sent to deployments that ask for a key. */
  readonly apiKey?: string | undefined
  /** Told the link for another browser each time one was used. */
  readonly onNextLink?: (link: string) => void
  /** Gets one line for each failure that is the server's own. */
  readonly log: (line: string) => void
  /** Draws a secret. Default: 32 random bytes. */
  readonly newSecret?: () => string
  /** Folder of the built page. Default: the one in the package. */
  readonly pageFolder?: string
}

/** A dashboard that answers. */
export interface RunningDashboard extends AsyncDisposable {
  /** E.g. `http://127.0.0.1:6160`; answers only whoever came by a link. */
  readonly origin: string
  /** The address that lets one browser in, once; with a password, the one that asks for it. */
  readonly link: string
  /** Ends live updates, closes port and store. */
  close(): Promise<void>
}

/** Characters that a password has at least: beyond loopback anybody may try. */
const SHORTEST_PASSWORD = 8

/**
 * Serves the page over the store of a home folder, on this machine's loopback address unless told otherwise.
 *
 * @throws GymError `port-in-use`, `page-missing`, `password-missing`, or one of the store.
 */
export async function startDashboard(options: StartDashboardOptions): Promise<RunningDashboard> {
  const { home, port, log, onNextLink, newSecret = drawSecret, pageFolder = bundledPage() } = options
  const { host, password, apiKey } = options
  const isBeyondLoopback = host !== undefined && !isLoopbackAddress(host)
  requirePassword(isBeyondLoopback ? host : null, password)
  const files = await readPageFiles(pageFolder)
  const ended = new AbortController()
  let origin = ''
  const linkOf = (token: string) => `${origin}/open?token=${token}`
  const gate = createSessionGate({
    newSecret,
    password,
    onNextToken: (token) => onNextLink?.(linkOf(token)),
    isAllowedHost: allowedHost(isBeyondLoopback ? host : undefined, hostname()),
    stylesheet: [...files.keys()].find((path) => path.endsWith('.css')),
  })
  const store = await openStore({ home })
  try {
    const feed = createChangeFeed({ store, signal: ended.signal, log })
    const app = createDashboardApp({ store, home, files, gate, feed, log, apiKey, signal: ended.signal })
    const listener = await listen(port, (request, env) => app.fetch(request, env), host)
    origin = listener.origin
    const close = async () => {
      ended.abort()
      await listener.close()
      await store.close()
    }
    const link = password === undefined ? linkOf(gate.token) : `${origin}/login`
    return { origin, link, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await store.close()
    throw error
  }
}

function requirePassword(host: string | null, password: string | undefined): void {
  if (password !== undefined && password.length < SHORTEST_PASSWORD) {
    const message = `the password has ${password.length} characters; give at least ${SHORTEST_PASSWORD}`
    throw new GymError('config', 'password-too-short', message)
  }
  if (host === null || password !== undefined) return
  const message = `host "${host}" can be reached from other machines, so the page needs a password: set TRAINING_GYM_PASSWORD, or give --password`
  throw new GymError('config', 'password-missing', message)
}

function drawSecret(): string {
  return randomBytes(32).toString('base64url')
}

function bundledPage(): string {
  return fileURLToPath(new URL('../../../bundled/dashboard', import.meta.url))
}
