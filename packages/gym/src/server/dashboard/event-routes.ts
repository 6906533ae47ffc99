import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { apiRefusal, errorSchema, jsonAnswer } from './api-refusal.js'
import type { ChangeFeed } from './change-feed.js'

/** Pages that may listen at once; each holds a connection open. */
const MOST_LISTENERS = 32

/** Adds GET /api/v1/events: one server-sent `change` for each change of the store. What changed, the page reads. */
export function addEventRoutes(app: OpenAPIHono, feed: ChangeFeed): void {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/v1/events',
    responses: {
      200: {
        content: { 'text/event-stream': { schema: z.string() } },
        description: 'An event `change` after each change',
      },
      429: jsonAnswer(errorSchema, 'Too many pages listen'),
    },
  })
  app.get('/api/v1/events', (context) => {
    if (feed.listeners >= MOST_LISTENERS) {
      throw apiRefusal(429, 'too-many-pages', `${MOST_LISTENERS} pages listen already; close some of them`)
    }
    return streamSSE(context, async (stream) => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      let isWriting = false
      let isDue = false
      // Changes that come while one is being written count as one: a slow page is never owed a queue.
      const tell = async () => {
        isDue = true
        if (isWriting) return
        isWriting = true
        while (isDue && !gone.signal.aborted) {
          isDue = false
          await stream.writeSSE({ event: 'change', data: '{}' })
        }
        isWriting = false
      }
      await stream.writeSSE({ event: 'open', data: '{}', retry: 1_000 })
      await feed.follow(() => void tell(), gone.signal)
    })
  })
}
