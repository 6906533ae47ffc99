/**
 * Makes a server-sent-events response out of frames that are pushed faster or slower than the client reads. What waits
 * is bounded by the request itself: its samples times its token limit.
 */
export function createEventStream(onCancel: () => void): {
  readonly response: Response
  readonly push: (data: unknown) => void
  readonly end: () => void
} {
  let waiting: string[] = []
  let isEnded = false
  let isCancelled = false
  let wake = (): void => undefined
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (waiting.length === 0 && !isEnded) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        if (isCancelled) return
        if (waiting.length > 0) controller.enqueue(encoder.encode(waiting.join('')))
        else controller.close()
        waiting = []
      },
      cancel() {
        isEnded = true
        isCancelled = true
        waiting = []
        wake()
        onCancel()
      },
    },
    { highWaterMark: 0 },
  )
  return {
    response: new Response(body, {
      headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' },
    }),
    push(data) {
      if (isEnded) return
      waiting.push(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
      wake()
    },
    end() {
      isEnded = true
      wake()
    },
  }
}
