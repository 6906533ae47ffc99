import { Agent, type Dispatcher, interceptors } from 'undici'
import { abortWaiters, type WhenAborted } from './abort-waiters.js'
import type { Answer, Post, PostRequest } from './post.js'

/**
 * Makes a `Post` with connections of its own, which stay open between requests and keep no process alive.
 *
 * Among the first 10,000 requests of a process one costs 0.9 to 1.2 ms of CPU by the global `fetch`, 0.28 to 0.35 by
 * `undici.request` and 0.18 to 0.26 by this; 0.1 once it is compiled (Node 20, two busy cores). At a few hundred at once
 * that is the difference between an evaluation that waits for the model and one that waits for itself.
 * Redirects are followed as `fetch` does.
 */
export function leanPost(): Post {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  const following = agent.compose(interceptors.redirect({ maxRedirections: 5 }))
  const whenAborted = abortWaiters()
  const targetOf = lastTarget()
  // The interceptor costs every request something, and hardly any endpoint redirects.
  let dispatcher: Dispatcher = agent
  return async (url, request) => {
    const used = dispatcher
    const answer = await dispatched(used, targetOf(url), request, whenAborted)
    const isRedirect = answer.status >= 300 && answer.status < 400 && answer.headers.get('location') !== null
    if (!isRedirect || used === following) return answer
    dispatcher = following
    return await dispatched(following, targetOf(url), request, whenAborted)
  }
}

/** Unlike Buffer.toString it drops a byte order mark, which JSON.parse would refuse. */
const utf8 = new TextDecoder()

interface Target {
  readonly origin: string
  readonly path: string
}

/** Takes a URL apart, and the same one again for nothing. */
function lastTarget(): (url: string) => Target {
  let last: (Target & { readonly url: string }) | undefined
  return (url) => {
    if (last?.url === url) return last
    const { origin, pathname, search } = new URL(url)
    last = { url, origin, path: `${pathname}${search}` }
    return last
  }
}

function dispatched(
  dispatcher: Dispatcher,
  { origin, path }: Target,
  { headers, body, timeoutMs, signal }: PostRequest,
  whenAborted: WhenAborted,
): Promise<Answer> {
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let isStopped = false
    let status = 0
    let answered: Readonly<Record<string, string | string[] | undefined>> = {}
    const chunks: Buffer[] = []
    const end = () => {
      clearTimeout(timer)
      release?.()
    }
    const stop = (reason: unknown) => {
      isStopped = true
      end()
      reject(reason)
      controller?.abort(stopped())
    }
    const release = signal && whenAborted(signal, stop)
    const timer = setTimeout(() => stop(new DOMException(`not done within ${timeoutMs} ms`, 'TimeoutError')), timeoutMs)
    dispatcher.dispatch(
      { origin, path, method: 'POST', headers, body },
      {
        onRequestStart(started) {
          controller = started
          // It may have waited for a connection until now.
          if (isStopped) started.abort(stopped())
        },
        onResponseStart(_, statusCode, responseHeaders) {
          status = statusCode
          answered = responseHeaders
        },
        onResponseData(_, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          end()
          resolve(answerOf(status, answered, chunks))
        },
        onResponseError(_, error) {
          end()
          reject(error)
        },
      },
    )
  })
}

function stopped(): Error {
  return new Error('the request was ended')
}

function answerOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  chunks: readonly Buffer[],
): Answer {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: {
      get(name) {
        const value = headers[name.toLowerCase()]
        return value === undefined ? null : String(value)
      },
    },
    text: async () => utf8.decode(Buffer.concat(chunks)),
  }
}
