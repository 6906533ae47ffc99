import { timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { isLoopbackHost } from '../host-check.js'
import { apiRefusal } from './api-refusal.js'
import { loginPage } from './login-page.js'
import { createPasswordCheck } from './password-check.js'

export interface SessionGateOptions {
  /** Draws a secret of at least 128 bits. */
  readonly newSecret: () => string
  /** Told the token of the next link once the last one was used. */
  readonly onNextToken: (token: string) => void
  /** Asks for this instead of a link. Default: a link lets one browser in. */
  readonly password?: string | undefined
  /** Which Host headers are answered. Default: names of this machine's loopback. */
  readonly isAllowedHost?: (host: string) => boolean
  /** Milliseconds of a clock that never goes back. Default: `performance.now`. */
  readonly now?: () => number
  /** URL path of the page's style, for the form that asks for the password. */
  readonly stylesheet?: string | undefined
}

/** Lets in whoever came by the printed link or knows the password, and no web page of another origin. */
export interface SessionGate {
  /** The token of the link that has not been used yet. */
  readonly token: string
  readonly hasPassword: boolean
  /** Refuses other hosts and other origins; what is to change something must say that it comes from this one. */
  readonly checkOrigin: MiddlewareHandler
  /** Sends a browser that was not let in to the form, where a password is asked for. */
  readonly leadToLogin: MiddlewareHandler
  /** Refuses requests without the cookie of a used link or of a log-in. */
  readonly checkSession: MiddlewareHandler
  /** Answers the printed link: takes the token once, gives the cookie, and goes on to the page. */
  readonly open: (context: Context) => Response
  readonly showLogin: (context: Context) => Response
  readonly logIn: (context: Context) => Promise<Response>
}

/** Makes the gate of one dashboard process; its secrets live as long as it does. */
export function createSessionGate(options: SessionGateOptions): SessionGate {
  const { newSecret, onNextToken, password, stylesheet, isAllowedHost = isLoopbackHost } = options
  const { now = () => performance.now() } = options
  const session = newSecret()
  let token = newSecret()
  const isRight = password === undefined ? undefined : createPasswordCheck({ password, now })
  const hasSession = (context: Context) => isSame(getCookie(context, cookieName(context)) ?? '', session)
  const letIn = (context: Context) =>
    setCookie(context, cookieName(context), session, { httpOnly: true, sameSite: 'Strict', path: '/' })
  return {
    get token() {
      return token
    },
    hasPassword: password !== undefined,
    checkOrigin: async (context, next) => {
      const { method } = context.req
      const host = context.req.header('host') ?? ''
      if (!isAllowedHost(host)) {
        throw apiRefusal(403, 'host-not-allowed', 'the Host header names another machine; use the printed address')
      }
      const origin = context.req.header('origin')
      const site = context.req.header('sec-fetch-site') ?? 'none'
      const isOwn = origin === `http://${host}` || origin === `https://${host}`
      const isForeign = origin !== undefined ? !isOwn : site === 'cross-site'
      // A link on another page may lead here; what it must not do is read or act.
      if (isForeign && !(origin === undefined && context.req.header('sec-fetch-mode') === 'navigate')) {
        throw apiRefusal(403, 'origin-not-allowed', 'another web page asked for this; open the printed address itself')
      }
      if (method !== 'GET' && method !== 'HEAD' && !isOwn) {
        throw apiRefusal(403, 'origin-missing', `${method} needs the header Origin: http://${host.slice(0, 100)}`)
      }
      await next()
    },
    leadToLogin: async (context, next) => {
      const isPage = context.req.path === '/' || context.req.path === '/index.html'
      if (isRight !== undefined && isPage && !hasSession(context)) return context.redirect('/login', 303)
      return await next()
    },
    checkSession: async (context, next) => {
      if (!hasSession(context)) {
        const where =
          isRight === undefined ? 'open the newest link that "training-gym dashboard" printed' : 'log in at /login'
        throw apiRefusal(401, 'no-session', `this browser has not been let in; ${where}`)
      }
      await next()
    },
    open: (context) => {
      if (isRight === undefined && isSame(context.req.query('token') ?? '', token)) {
        token = newSecret()
        onNextToken(token)
        letIn(context)
      }
      // With a wrong or used token the page itself says what to do.
      return context.redirect('/', 303)
    },
    showLogin: (context) => (isRight === undefined ? context.redirect('/', 303) : context.html(loginPage(stylesheet))),
    logIn: async (context) => {
      if (isRight === undefined) return context.redirect('/', 303)
      const { password: given } = await context.req.parseBody()
      const tried = isRight(typeof given === 'string' ? given : '', addressOf(context))
      if (tried.kind === 'right') {
        letIn(context)
        return context.redirect('/', 303)
      }
      if (tried.kind === 'wrong') return context.html(loginPage(stylesheet, 'That is not the password.'), 401)
      context.header('Retry-After', String(tried.retryAfterSeconds))
      const problem = `Too many wrong passwords; try again in ${tried.retryAfterSeconds} seconds.`
      return context.html(loginPage(stylesheet, problem), 429)
    },
  }
}

/** Where a request comes from; all alike where that is not known. */
function addressOf(context: Context): string {
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>
  return incoming?.socket?.remoteAddress ?? ''
}

/** Browsers share cookies between ports, and two dashboards may run. */
function cookieName(context: Context): string {
  return `training-gym-${new URL(context.req.url).port}`
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
