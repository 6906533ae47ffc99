import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

/** Server-sent events that are pushed faster or slower than the client reads. */
export interface EventStream {
  readonly response: Response
  /** Sends events, each the text of its `data` line, in one piece. After the end it does nothing. */
  push(...events: readonly string[]): void
  end(): void
}

const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' }

/**
 * Makes a server-sent-events answer. What waits for a slow client is bounded by the request itself: its samples times
 * its token limit. `onCancel` is called once when the client leaves before the end.
 *
 * Over a port, events are written straight to the connection (`outgoing`): a web stream in between costs more than all
 * else that a token needs.
 */
export function createEventStream(onCancel: () => void, outgoing?: ServerResponse): EventStream {
  return outgoing === undefined ? overWebStream(onCancel) : overConnection(onCancel, outgoing)
}

function frames(events: readonly string[]): string {
  let text = ''
  for (const event of events) text += `data: ${event}\n\n`
  return text
}

function overConnection(onCancel: () => void, outgoing: ServerResponse): EventStream {
  let isEnded = false
  outgoing.writeHead(200, headers)
  outgoing.once('close', () => {
    if (isEnded) return
    isEnded = true
    onCancel()
  })
  return {
    response: RESPONSE_ALREADY_SENT,
    push(...events) {
      if (!isEnded) outgoing.write(frames(events))
    },
    end() {
      if (isEnded) return
      isEnded = true
      outgoing.end()
    },
  }
}

function overWebStream(onCancel: () => void): EventStream {
  let waiting = ''
  let isEnded = false
  let isCancelled = false
  let wake = (): void => undefined
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (waiting === '' && !isEnded) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        if (isCancelled) return
        if (waiting !== '') controller.enqueue(encoder.encode(waiting))
        else controller.close()
        waiting = ''
      },
      cancel() {
        isEnded = true
        isCancelled = true
        wake()
        onCancel()
      },
    },
    { highWaterMark: 0 },
  )
  return {
    response: new Response(body, { headers }),
    push(...events) {
      if (isEnded) return
      waiting += frames(events)
      wake()
    },
    end() {
      isEnded = true
      wake()
    },
  }
}
