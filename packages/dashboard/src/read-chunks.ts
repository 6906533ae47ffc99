/** What a streamed chat completion sends in one event, as far as the page reads it. */
interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
  readonly error?: { readonly message?: string }
}

/** One part of an answer, or how it ended. */
export type AnswerPart = { readonly text: string } | { readonly finishReason: string }

/** Reads the answer in a stream of server-sent events, part by part; throws an Error with the sentence that it breaks off with. */
export async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerPart> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let pending = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      pending += done ? decoder.decode() : decoder.decode(value, { stream: true })
      const lines = pending.split(/\r?\n/)
      pending = done ? '' : (lines.pop() ?? '')
      for (const line of lines) yield* partsIn(line)
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function* partsIn(line: string): Generator<AnswerPart> {
  const data = line.startsWith('data:') ? line.slice(5).trim() : ''
  if (data === '' || data === '[DONE]') return
  const chunk = JSON.parse(data) as Chunk
  if (chunk.error !== undefined) throw new Error(chunk.error.message ?? 'the deployment broke off without a reason')
  const [choice] = chunk.choices ?? []
  if (typeof choice?.delta?.content === 'string' && choice.delta.content !== '') yield { text: choice.delta.content }
  if (typeof choice?.finish_reason === 'string') yield { finishReason: choice.finish_reason }
}
