import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ServerAccess } from '../deployments/server-access.js'
import { accessCheck } from './access-check.js'
import { healthOf } from './model-routes.js'
import { refusal } from './openai-error.js'

/** Builds what answers while the model is loading: 503 everywhere, with `starting` on GET /health. */
export function createStartingApp(servedModelName: string, access: ServerAccess): Hono {
  const app = new Hono()
  app.use(accessCheck(access))
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse()
    throw error
  })
  app.get('/health', (context) => context.json(healthOf(servedModelName, 'starting'), 503))
  app.all('*', () => {
    const message = `"${servedModelName}" is still loading; try again in a second`
    throw refusal(503, { message, code: 'model_loading' }, { 'Retry-After': '1' })
  })
  return app
}
