import { timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { isLoopbackHost } from '../host-check.js'
import { apiRefusal } from './api-refusal.js'

export interface SessionGateOptions {
  /** Draws a secret of at least 128 bits. */
  readonly newSecret: () => string
  /** Told the token of the next link once the last one was used. */
  readonly onNextToken: (token: string) => void
}

/** Lets in whoever came by the printed link, and no web page of another origin. */
export interface SessionGate {
  /** The token of the link that has not been used yet. */
  readonly token: string
  /** Refuses other hosts and other origins. */
  readonly checkOrigin: MiddlewareHandler
  /** Refuses requests without the cookie of a used link. */
  readonly checkSession: MiddlewareHandler
  /** Answers the printed link: takes the token once, gives the cookie, and goes on to the page. */
  readonly open: (context: Context) => Response
}

/** Makes the gate of one dashboard process; its secrets live as long as it does. */
export function createSessionGate({ newSecret, onNextToken }: SessionGateOptions): SessionGate {
  const session = newSecret()
  let token = newSecret()
  const hasSession = (context: Context) => isSame(getCookie(context, cookieName(context)) ?? '', session)
  return {
    get token() {
      return token
    },
    checkOrigin: async (context, next) => {
      const host = context.req.header('host') ?? ''
      if (!isLoopbackHost(host)) {
        throw apiRefusal(403, 'host-not-allowed', 'the Host header names another machine; use the printed address')
      }
      const origin = context.req.header('origin')
      const site = context.req.header('sec-fetch-site') ?? 'none'
      const isForeign = origin !== undefined ? origin !== `http://${host}` : site === 'cross-site'
      // A link on another page may lead here; what it must not do is read or act.
      if (isForeign && !(origin === undefined && context.req.header('sec-fetch-mode') === 'navigate')) {
        throw apiRefusal(403, 'origin-not-allowed', 'another web page asked for this; open the printed address itself')
      }
      await next()
    },
    checkSession: async (context, next) => {
      if (!hasSession(context)) {
        const message = 'this browser has not been let in; open the newest link that "training-gym dashboard" printed'
        throw apiRefusal(401, 'no-session', message)
      }
      await next()
    },
    open: (context) => {
      if (isSame(context.req.query('token') ?? '', token)) {
        token = newSecret()
        onNextToken(token)
        setCookie(context, cookieName(context), session, { httpOnly: true, sameSite: 'Strict', path: '/' })
      }
      // With a wrong or used token the page itself says what to do.
      return context.redirect('/', 303)
    },
  }
}

/** Browsers share cookies between ports, and two dashboards may run. */
function cookieName(context: Context): string {
  return `training-gym-${new URL(context.req.url).port}`
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
