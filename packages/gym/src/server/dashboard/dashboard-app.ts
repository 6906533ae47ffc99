import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { GymError, messageOf } from '../../errors.js'
import type { Store } from '../../store/store.js'
import { addActionRoutes } from './action-routes.js'
import { apiRefusal } from './api-refusal.js'
import type { ChangeFeed } from './change-feed.js'
import { addComparisonRoutes } from './comparison-routes.js'
import { addDeploymentRoutes } from './deployment-routes.js'
import { addEvalRoutes } from './eval-routes.js'
import { addEventRoutes } from './event-routes.js'
import { createJobs } from './jobs.js'
import { type PageFiles, servePageFiles } from './page-files.js'
import { addReceiptRoutes } from './receipt-routes.js'
import { refusedValue } from './refused-value.js'
import { addRunLogRoutes } from './run-log-routes.js'
import { addRunRoutes } from './run-routes.js'
import { addSampleRoutes } from './sample-routes.js'
import type { SessionGate } from './session-gate.js'

export interface DashboardContext {
  readonly store: Store
  /** Folder of the state: checkpoints lie there. */
  readonly home: string
}

export interface DashboardAppOptions extends DashboardContext {
  readonly files: PageFiles
  readonly gate: SessionGate
  readonly feed: ChangeFeed
  /** Gets one line for each failure that is the server's own. */
  readonly log: (line: string) => void
  /** Ends what actions still wait for. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** Sent to deployments that ask for a key. */
  readonly apiKey?: string | undefined
}

/** Bytes of a request's body: a long conversation with a model. */
const MOST_BODY = 4_000_000

/** Builds the page and its API over a store; opens no port. */
export function createDashboardApp(options: DashboardAppOptions): OpenAPIHono {
  const { files, gate, feed, log, home, clock = Date.now } = options
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return
      const sent: unknown = 'data' in result ? result.data : undefined
      throw apiRefusal(400, 'bad-value', refusedValue(result.error.issues[0], sent))
    },
  })
  app.onError((error) => answerTo(error, log).getResponse())
  app.notFound(({ req }) =>
    apiRefusal(404, 'not-found', `there is no ${req.method} ${req.path.slice(0, 200)}`).getResponse(),
  )
  app.use(
    secureHeaders({
      // What the model wrote is data: were it ever taken for markup, nothing in it could run or load.
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        // The form that asks for the password is the only one.
        formAction: [gate.hasPassword ? "'self'" : "'none'"],
        frameAncestors: ["'none'"],
      },
      strictTransportSecurity: false,
      // Without it a form of this very page would be sent with the Origin "null".
      referrerPolicy: 'same-origin',
      crossOriginResourcePolicy: 'same-origin',
    }),
  )
  app.use(gate.checkOrigin)
  const tooLarge = () => apiRefusal(413, 'too-large', `a request takes at most ${MOST_BODY} bytes`).getResponse()
  app.use(bodyLimit({ maxSize: MOST_BODY, onError: tooLarge }))
  app.get('/open', gate.open)
  app.get('/login', gate.showLogin)
  app.post('/login', bodyLimit({ maxSize: 10_000, onError: tooLarge }), gate.logIn)
  app.use(gate.leadToLogin)
  app.use(servePageFiles(files))
  app.use('/api/*', gate.checkSession)
  app.use('/api/*', async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
  })
  addRunRoutes(app, options)
  addSampleRoutes(app, options)
  addEvalRoutes(app, options)
  addComparisonRoutes(app, options)
  addDeploymentRoutes(app, options)
  addRunLogRoutes(app, options)
  addReceiptRoutes(app, { ...options, clock })
  addActionRoutes(app, { ...options, jobs: createJobs({ home, clock, onChange: feed.tell }) })
  addEventRoutes(app, feed)
  const description =
    'Everything needs the cookie of the printed link, or of a log-in with the password. What changes something also needs the header Origin of this address. Lists take limit and offset.'
  const info = { title: 'training-gym dashboard', version: '1', description }
  app.doc31('/api/v1/openapi.json', { openapi: '3.1.0', info })
  return app
}

/** Turns anything thrown in a handler into an answer; what nobody foresaw is logged, not shown. */
function answerTo(error: unknown, log: (line: string) => void): HTTPException {
  if (error instanceof HTTPException) return error
  if (GymError.is(error)) return apiRefusal(statusOf(error), error.code, error.message)
  log(`request failed: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`)
  return apiRefusal(500, 'failed', 'the dashboard failed on this request; its terminal says why')
}

function statusOf({ boundary, code }: GymError): 400 | 409 | 503 {
  if (code === 'not-ours' || code === 'not-running') return 409
  return boundary === 'store' ? 503 : 400
}
