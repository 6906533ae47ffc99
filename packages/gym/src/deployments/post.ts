import { withTimeLimit } from './time-limit.js'

/** What is read of an answer; a `Response` is one. */
export interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds that the whole answer may take; then `post` rejects with a DOMException named TimeoutError. */
  readonly timeoutMs: number
  /** Ends the request: `post` rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Posts a body and resolves once the whole answer is there. */
export type Post = (url: string, request: PostRequest) => Promise<Answer>

/** Makes a `Post` of a `fetch`. */
export function postBy(fetch: typeof globalThis.fetch): Post {
  return (url, { headers, body, timeoutMs, signal }) =>
    withTimeLimit(timeoutMs, signal, async (limit) => {
      const response = await fetch(url, { method: 'POST', headers, body, signal: limit })
      const text = await response.text()
      return { ok: response.ok, status: response.status, headers: response.headers, text: async () => text }
    })
}
