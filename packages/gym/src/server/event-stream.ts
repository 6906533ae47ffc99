import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { WritePacer } from './write-pacer.js'

/** Server-sent events that are pushed faster or slower than the client reads. */
export interface EventStream {
  readonly response: Response
  /** Sends events at once, each the text of its `data` line. */
  open(...events: readonly string[]): void
  /** Sends events in one piece, when many streams are open together with those that follow soon. After the end it does nothing. */
  push(...events: readonly string[]): void
  /** Sends what waits and the last events at once. */
  end(...events: readonly string[]): void
}

/** Where an answer over a port is written, and when. */
export interface Connection {
  readonly outgoing: ServerResponse
  readonly pacer: WritePacer
}

const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' }

/**
 * Makes a server-sent-events answer. What waits for a slow client is bounded by the request itself: its samples times
 * its token limit. `onCancel` is called once when the client leaves before the end.
 *
 * Over a port, events are written straight to the connection: a web stream in between costs more than all
 * else that a token needs.
 */
export function createEventStream(onCancel: () => void, connection?: Connection): EventStream {
  return connection === undefined ? overWebStream(onCancel) : overConnection(onCancel, connection)
}

function frames(events: readonly string[]): string {
  let text = ''
  for (const event of events) text += `data: ${event}\n\n`
  return text
}

function overConnection(onCancel: () => void, { outgoing, pacer }: Connection): EventStream {
  let isEnded = false
  outgoing.writeHead(200, headers)
  const writer = pacer.open((text) => outgoing.write(text))
  outgoing.once('close', () => {
    if (isEnded) return
    isEnded = true
    writer.close()
    onCancel()
  })
  return {
    response: RESPONSE_ALREADY_SENT,
    open(...events) {
      if (!isEnded && events.length > 0) outgoing.write(frames(events))
    },
    push(...events) {
      if (events.length > 0) writer.write(frames(events))
    },
    end(...events) {
      if (isEnded) return
      isEnded = true
      outgoing.end(writer.close() + frames(events))
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
  const push = (...events: readonly string[]) => {
    if (isEnded || events.length === 0) return
    waiting += frames(events)
    wake()
  }
  return {
    response: new Response(body, { headers }),
    open: push,
    push,
    end(...events) {
      push(...events)
      isEnded = true
      wake()
    },
  }
}
