import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../store/open-store.js'
import { listen } from '../listen.js'
import { createChangeFeed } from './change-feed.js'
import { createDashboardApp } from './dashboard-app.js'
import { readPageFiles } from './page-files.js'
import { createSessionGate } from './session-gate.js'

export interface StartDashboardOptions {
  /** Folder of the state. */
  readonly home: string
  /** Port on 127.0.0.1; 0 takes any free one. */
  readonly port: number
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
  /** The address that lets one browser in, once. */
  readonly link: string
  /** Ends live updates, closes port and store. */
  close(): Promise<void>
}

/**
 * Serves the page over the store of a home folder, on this machine's loopback address.
 *
 * @throws GymError `port-in-use`, `page-missing`, or one of the store.
 */
export async function startDashboard(options: StartDashboardOptions): Promise<RunningDashboard> {
  const { home, port, log, onNextLink, newSecret = drawSecret, pageFolder = bundledPage() } = options
  const files = await readPageFiles(pageFolder)
  const ended = new AbortController()
  let origin = ''
  const linkOf = (token: string) => `${origin}/open?token=${token}`
  const gate = createSessionGate({ newSecret, onNextToken: (token) => onNextLink?.(linkOf(token)) })
  const store = await openStore({ home })
  try {
    const feed = createChangeFeed({ store, signal: ended.signal, log })
    const app = createDashboardApp({ store, home, files, gate, feed, log })
    const listener = await listen(port, (request) => app.fetch(request))
    origin = listener.origin
    const close = async () => {
      ended.abort()
      await listener.close()
      await store.close()
    }
    return { origin, link: linkOf(gate.token), close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await store.close()
    throw error
  }
}

function drawSecret(): string {
  return randomBytes(32).toString('base64url')
}

function bundledPage(): string {
  return fileURLToPath(new URL('../../../bundled/dashboard', import.meta.url))
}
