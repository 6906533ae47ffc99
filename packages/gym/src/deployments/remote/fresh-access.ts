import type { PortAccess, RunningProcess } from '../../compute/host.js'
import type { Answer, Post } from '../post.js'
import { SERVING_PORT } from './serving-command.js'

/** A way to a server elsewhere that renews its token when the server does not take it any more. */
export interface FreshAccess {
  /** Base URL, ending in `/v1`. */
  readonly url: string
  /** The token, or the key, as it is now. */
  apiKey(): string | undefined
  readonly fetch: typeof globalThis.fetch
  readonly post: Post
}

export interface FreshAccessOptions {
  /** Key of a server whose port is open to the internet; others take tokens of the provider. */
  readonly apiKey?: string
  readonly fetch: typeof globalThis.fetch
  readonly post: Post
}

/** Gets access to a server. How long a token is good is for the provider to say; one that is refused is replaced once. */
export async function freshAccess(
  server: RunningProcess,
  { apiKey, fetch, post }: FreshAccessOptions,
): Promise<FreshAccess> {
  const mint = async (): Promise<PortAccess> => {
    const access = await server.url(SERVING_PORT)
    return apiKey === undefined ? access : { url: access.url, headers: { Authorization: `Bearer ${apiKey}` }, apiKey }
  }
  let current = await mint()
  let renewal: Promise<void> | undefined
  const renew = async (): Promise<void> => {
    renewal ??= mint().then((access) => {
      current = access
    })
    try {
      await renewal
    } finally {
      renewal = undefined
    }
  }
  /** Sends with the token; when it is refused, once more with a new one. */
  const send = async <A extends Pick<Answer, 'status' | 'text'>>(
    ask: (headers: Readonly<Record<string, string>>) => Promise<A>,
  ): Promise<A> => {
    const used = current
    const answer = await ask(used.headers)
    if (answer.status !== 401 || apiKey !== undefined) return answer
    await answer.text()
    if (current === used) await renew()
    return await ask(current.headers)
  }
  return {
    url: `${current.url}/v1`,
    apiKey: () => current.apiKey,
    fetch: (input, init) =>
      send((access) => {
        const headers = new Headers(init?.headers)
        for (const [name, value] of Object.entries(access)) headers.set(name, value)
        return fetch(input, { ...init, headers })
      }),
    post: (url, request) => send((access) => post(url, { ...request, headers: { ...request.headers, ...access } })),
  }
}
