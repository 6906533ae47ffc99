import type { Store } from '../../store/store.js'
import { createChangeFeed } from './change-feed.js'
import { createDashboardApp } from './dashboard-app.js'
import { createSessionGate } from './session-gate.js'

export const base = 'http://127.0.0.1:6160'
export const host = '127.0.0.1:6160'

export interface AppParts {
  readonly store: Store
  readonly home: string
  readonly signal: AbortSignal
  readonly log?: (line: string) => void
}

/** Opens the page's application over a store, and follows its link: returns the cookie of who was let in. */
export async function openApp({ store, home, signal, log = () => {} }: AppParts) {
  let secrets = 0
  const gate = createSessionGate({ newSecret: () => `secret-${secrets++}`, onNextToken: () => {} })
  const feed = createChangeFeed({ store, signal, log })
  const app = createDashboardApp({ store, home, files: new Map(), gate, feed, log, signal })
  const opened = await app.request(`${base}/open?token=${gate.token}`, { headers: { host } })
  return { app, cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
}
